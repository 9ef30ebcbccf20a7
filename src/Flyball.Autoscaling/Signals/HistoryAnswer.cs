namespace Flyball.Autoscaling.Signals;

/// <summary>A piece of history, or why there is none.</summary>
/// <param name="Values">A value a step, NaN where there is none; null without an answer.</param>
/// <param name="Error">What the metrics said; empty with an answer.</param>
/// <param name="IsStoreAway">
/// Nobody would get an answer now; false where only this query has none, as for a mistake in its PromQL.
/// </param>
internal readonly record struct HistoryAnswer(double[]? Values, string Error = "", bool IsStoreAway = false);
