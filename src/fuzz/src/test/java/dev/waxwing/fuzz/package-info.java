/**
 * What runs the fuzz targets: a minute each under Jazzer or the mutator of this package, or over known inputs as
 * ordinary tests. The targets themselves stand in the packages whose parsers they call.
 */
package dev.waxwing.fuzz;
