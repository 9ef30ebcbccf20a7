using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>A check as clients see it.</summary>
internal sealed record InstanceCheck(string Id, string Name, CheckStatus Status)
{
    public string Notes { get; init; } = "";

    public string Output { get; init; } = "";

    /// <summary>What it does; null where that is not told.</summary>
    public CheckSpec? Spec { get; init; }

    public static InstanceCheck Of(RegisteredCheck check) => new(check.Id, check.Name, check.Status)
    {
        Notes = check.Notes,
        Output = check.Output,
        Spec = check.Spec,
    };
}
