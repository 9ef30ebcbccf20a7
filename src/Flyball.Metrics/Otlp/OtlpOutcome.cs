namespace Flyball.Metrics.Otlp;

/// <summary>What became of an OTLP request.</summary>
/// <param name="IsUnavailable">Nothing is stored; the sender repeats.</param>
/// <param name="IsMalformed">Nothing is stored, and repeating is of no use.</param>
/// <param name="RefusedPoints">Points that were left out while the others are stored.</param>
/// <param name="Reason">For the sender; empty when all is stored.</param>
internal sealed record OtlpOutcome(bool IsUnavailable, bool IsMalformed, int RefusedPoints, string Reason)
{
    /// <summary>Samples that are stored, or were already.</summary>
    public int AcceptedSamples { get; init; }

    public static OtlpOutcome Retry(string reason) => new(true, false, 0, reason);

    public static OtlpOutcome Malformed(string reason) => new(false, true, 0, reason);

    public static OtlpOutcome Stored(int acceptedSamples, int refusedPoints, string reason) =>
        new(false, false, refusedPoints, reason) { AcceptedSamples = acceptedSamples };
}
