/** The guides against the repository: what they link to and name is there. */
package dev.waxwing.docs;
