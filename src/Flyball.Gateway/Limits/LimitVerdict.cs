namespace Flyball.Gateway.Limits;

/// <summary>
/// What a limit says to one request: whether it passes, how many more may follow at once, when all may again, and for a
/// refused one when one may.
/// </summary>
internal readonly record struct LimitVerdict(bool Passes, long Remaining, TimeSpan ResetAfter, TimeSpan RetryAfter);
