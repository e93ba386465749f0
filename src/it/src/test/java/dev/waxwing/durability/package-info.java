/**
 * No message is lost, none comes twice, no message key is used twice: shown by killing processes and by breaking what
 * is between them.
 */
package dev.waxwing.durability;
