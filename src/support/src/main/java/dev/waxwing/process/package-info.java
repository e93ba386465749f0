/**
 * Tests and benchmarks in processes of their own: how they are started, steered, killed, and told which server to
 * trust.
 */
package dev.waxwing.process;
