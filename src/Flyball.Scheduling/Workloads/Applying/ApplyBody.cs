namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>What <c>POST /apply</c> and <c>POST /compose/inspect</c> take: a Compose project, as a caller read it.</summary>
internal sealed record ApplyBody
{
    /// <summary>In the order of <c>-f</c>.</summary>
    public IReadOnlyList<ApplyFile> Files { get; init; } = [];

    /// <summary>The caller's variables; only those that the files name matter.</summary>
    public SortedDictionary<string, string> Environment { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The text of the <c>.env</c> file; null when there is none.</summary>
    public string? DotEnv { get; init; }

    /// <summary>Other files that the Compose files name, by the path they name.</summary>
    public IReadOnlyList<ApplyFile> Attachments { get; init; } = [];

    public IReadOnlyList<string> Profiles { get; init; } = [];

    public string? Project { get; init; }

    /// <summary>Absolute; relative paths start from it.</summary>
    public string ProjectDirectory { get; init; } = "";

    /// <summary>Digests of uploaded build contexts, by service.</summary>
    public SortedDictionary<string, string> Contexts { get; init; } = new(StringComparer.Ordinal);
}
