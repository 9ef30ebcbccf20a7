namespace Flyball.Contracts.Scheduling;

/// <summary>
/// What a container may do beyond the safe defaults (no new privileges, all capabilities dropped but a few, default
/// seccomp profile, pids limit).
/// </summary>
public sealed record SecuritySpec
{
    public bool Privileged { get; init; }

    public bool ReadOnlyRoot { get; init; }

    public IReadOnlyList<string> CapAdd { get; set; } = [];

    public IReadOnlyList<string> CapDrop { get; set; } = [];

    public IReadOnlyList<string> GroupAdd { get; set; } = [];

    public SortedDictionary<string, string> Sysctls { get; set; } = new(StringComparer.Ordinal);
}
