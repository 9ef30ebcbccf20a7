using Flyball.Gateway.Health;

namespace Flyball.Gateway.Resilience;

/// <summary>Why a failed try is, or is not, followed by another.</summary>
internal enum RetryVerdict
{
    Retry,

    /// <summary>The outcome is an answer, or the client's doing.</summary>
    NotRetryable,

    /// <summary>Part of an answer is with the client already.</summary>
    ResponseStarted,

    /// <summary>The request may have been carried out, and doing it twice is not the same as once.</summary>
    NotIdempotent,

    /// <summary>Part of the body was sent and is not kept.</summary>
    BodyGone,

    /// <summary>The route's number of retries is used up.</summary>
    TriesUsedUp,

    /// <summary>The upstream's budget is used up.</summary>
    BudgetUsedUp,
}

/// <summary>What is known when a try has failed.</summary>
internal readonly record struct FailedTry(
    AttemptOutcome Outcome, bool IsIdempotent, bool ResponseStarted, bool BodyReplayable, int RetriesMade,
    int RetriesMax);

/// <summary>
/// Decides about retries. Idempotent requests (RFC 9110 §9.2.2) are retried when no answer came; any request when no
/// connection came about, since then nothing was sent. A refused connection costs the back end nothing and is not
/// charged to the budget. The route's time-out is not retried: it has used the client's patience up; that of one try
/// is.
/// </summary>
internal static class RetryPolicy
{
    public static RetryVerdict Decide(in FailedTry failed, RetryBudget budget)
    {
        bool neverConnected = failed.Outcome is AttemptOutcome.Refused or AttemptOutcome.Unreachable;
        bool gotNone = failed.Outcome is AttemptOutcome.NoAnswer or AttemptOutcome.Truncated
            or AttemptOutcome.TryTimedOut;
        if (!neverConnected && !gotNone) return RetryVerdict.NotRetryable;
        if (failed.ResponseStarted) return RetryVerdict.ResponseStarted;
        if (!neverConnected && !failed.IsIdempotent) return RetryVerdict.NotIdempotent;
        if (!failed.BodyReplayable) return RetryVerdict.BodyGone;
        if (failed.RetriesMade >= failed.RetriesMax) return RetryVerdict.TriesUsedUp;
        if (failed.Outcome == AttemptOutcome.Refused || budget.TryWithdraw()) return RetryVerdict.Retry;
        return RetryVerdict.BudgetUsedUp;
    }

    public static bool IsIdempotent(string method) =>
        method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "TRACE";
}
