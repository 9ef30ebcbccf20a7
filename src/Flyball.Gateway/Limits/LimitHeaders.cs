using System.Globalization;

namespace Flyball.Gateway.Limits;

/// <summary>
/// What clients are told about a limit: <c>RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c> (seconds), as the
/// field has them, and <c>Retry-After</c> for one that was refused.
/// </summary>
internal static class LimitHeaders
{
    public const string Limit = "RateLimit-Limit";
    public const string Remaining = "RateLimit-Remaining";
    public const string Reset = "RateLimit-Reset";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whole seconds, rounded up: a client that waits for them is let in.</summary>
    public static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);

    /// <summary>Of several limits the one that is nearest to its end.</summary>
    public static bool IsNearer(in LimitVerdict one, in LimitVerdict other) =>
        one.Remaining != other.Remaining ? one.Remaining < other.Remaining : one.ResetAfter > other.ResetAfter;

    public static KeyValuePair<string, string>[] Of(string requests, in LimitVerdict verdict) =>
    [
        new(Limit, requests), new(Remaining, Number(verdict.Remaining)),
        new(Reset, Number(Seconds(verdict.ResetAfter))),
    ];
}
