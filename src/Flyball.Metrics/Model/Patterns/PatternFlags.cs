namespace Flyball.Metrics.Model.Patterns;

/// <summary>The flags of <c>(?ismU)</c>.</summary>
[Flags]
internal enum PatternFlags : byte
{
    None = 0,
    IgnoreCase = 1,
    DotMatchesLineFeed = 2,
    MultiLine = 4,
    Ungreedy = 8,
}
