using Flyball.Base.Resources;

namespace Flyball.Discovery.Registrations;

/// <summary>How a change by an outside client ended.</summary>
internal enum EditOutcome
{
    /// <summary>Durable, or nothing had to change.</summary>
    Done,

    /// <summary>What it was about does not exist.</summary>
    Missing,

    /// <summary>A condition of the client's (check-and-set, a lock) does not hold.</summary>
    NotMet,

    /// <summary>A bound is reached; the reason names it.</summary>
    Refused,

    /// <summary>The store takes no writes now.</summary>
    Unavailable,
}

/// <summary>How a change ended, and the revision at which a reader sees it.</summary>
internal readonly record struct EditResult(EditOutcome Outcome, Revision Revision, string Reason = "")
{
    public bool IsDone => Outcome == EditOutcome.Done;

    public static EditResult Missing(string reason) => new(EditOutcome.Missing, Revision.None, reason);

    public static EditResult NotMet(string reason = "") => new(EditOutcome.NotMet, Revision.None, reason);

    public static EditResult Refused(string reason) => new(EditOutcome.Refused, Revision.None, reason);
}
