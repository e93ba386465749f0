package dev.waxwing.testkit.admin;

/** A request that the endpoint does not understand: status 400. */
final class BadRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadRequestException(String message) {
        super(message, null, false, false);
    }
}
