namespace Flyball.Scheduling.Compose.Interpolation;

/// <summary>
/// Counts the characters that interpolation has produced, so that variables cannot blow a small file up.
/// </summary>
internal sealed class ExpansionBudget
{
    private long _chars;

    /// <summary>False when the compilation has used up <see cref="ComposeLimits.ExpandedCharsMax"/>.</summary>
    public bool TryTake(int chars)
    {
        _chars += chars;
        return _chars <= ComposeLimits.ExpandedCharsMax;
    }
}
