/** The rules of the house: which layer may use which, who may use which library, who starts threads. */
package dev.waxwing.architecture;
