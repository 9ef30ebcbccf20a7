namespace Flyball.Scheduling.Placement;

/// <summary>A node's no: the cause, and words for one node and for several.</summary>
internal sealed record Rejection(RejectionCause Cause, string Singular, string Plural)
{
    public static Rejection Of(RejectionCause cause, string verb, string verbOfSeveral, string rest) =>
        new(cause, $"{verb} {rest}", $"{verbOfSeveral} {rest}");
}
