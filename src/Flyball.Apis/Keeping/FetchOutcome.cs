namespace Flyball.Apis.Keeping;

/// <summary>What an instance answered: a document's bytes, or a sentence about why there are none.</summary>
internal readonly record struct FetchOutcome(byte[]? Bytes, string? Problem)
{
    public static FetchOutcome Failed(string problem) => new(null, problem);
}
