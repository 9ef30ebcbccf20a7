namespace Flyball.Apis.Comparing;

/// <summary>What is different between two versions of an API, the worst first.</summary>
/// <param name="Changes">At most <see cref="ChangesMax"/>.</param>
/// <param name="Breaking">How many break users, those that are not told included.</param>
/// <param name="IsCut">The documents are so large, or so different, that not all was compared or told.</param>
internal sealed record ApiComparison(
    IReadOnlyList<ApiChange> Changes, int Breaking, int Compatible, int Other, bool IsCut)
{
    /// <summary>Changes that are told.</summary>
    public const int ChangesMax = 2_000;
}
