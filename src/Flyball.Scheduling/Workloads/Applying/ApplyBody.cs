namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>
/// What <c>POST /apply</c> and <c>POST /compose/inspect</c> take: a Compose project, as a caller read it. The
/// properties are settable because generated JSON readers drop the defaults of init-only ones that a body leaves out.
/// </summary>
internal sealed record ApplyBody
{
    /// <summary>In the order of <c>-f</c>.</summary>
    public IReadOnlyList<ApplyFile> Files { get; set; } = [];

    /// <summary>The caller's variables; only those that the files name matter.</summary>
    public SortedDictionary<string, string> Environment { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The text of the <c>.env</c> file; null when there is none.</summary>
    public string? DotEnv { get; set; }

    /// <summary>Other files that the Compose files name, by the path they name.</summary>
    public IReadOnlyList<ApplyFile> Attachments { get; set; } = [];

    public IReadOnlyList<string> Profiles { get; set; } = [];

    public string? Project { get; set; }

    /// <summary>Absolute; relative paths start from it.</summary>
    public string ProjectDirectory { get; set; } = "";

    /// <summary>Digests of uploaded build contexts, by service.</summary>
    public SortedDictionary<string, string> Contexts { get; set; } = new(StringComparer.Ordinal);
}
