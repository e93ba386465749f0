package dev.waxwing.contact;

/** How large a picture is wanted. */
public enum PictureSize {
    /** Small, as lists show it. */
    PREVIEW,
    /** As it was set. */
    IMAGE
}
