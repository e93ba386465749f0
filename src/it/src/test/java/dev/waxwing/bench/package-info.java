/** JMH benchmarks. They measure; they assert nothing and no build runs them. */
package dev.waxwing.bench;
