namespace Flyball.Scheduling.Compose;

/// <summary>
/// Everything that decides what a Compose project compiles to. The compiler reads no disk and no environment: whoever
/// calls it (the API, for the command line) sends what <see cref="ComposeResult.Needs"/> lists.
/// </summary>
internal sealed record ComposeInput
{
    /// <summary>The files in the order of <c>-f</c>; later ones override earlier ones.</summary>
    public required IReadOnlyList<ComposeFile> Files { get; init; }

    /// <summary>
    /// The absolute directory that relative paths start from; its last part is the default project name.
    /// </summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>The caller's environment; it goes before the <c>.env</c> file.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Contents of other files by path, absolute or relative to the project directory: <c>.env</c>, env_file, configs,
    /// secrets and files named by <c>extends</c>.
    /// </summary>
    public IReadOnlyDictionary<string, byte[]> Attachments { get; init; } =
        new SortedDictionary<string, byte[]>(StringComparer.Ordinal);

    /// <summary>The path of the <c>.env</c> file among the attachments; it need not exist.</summary>
    public string DotEnvPath { get; init; } = ".env";

    /// <summary><c>--profile</c>, added to <c>COMPOSE_PROFILES</c>; <c>*</c> activates all.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary><c>-p</c>: goes before <c>COMPOSE_PROJECT_NAME</c> and <c>name:</c>.</summary>
    public string? Project { get; init; }

    /// <summary>The digests of the uploaded build contexts, by service.</summary>
    public IReadOnlyDictionary<string, string> Contexts { get; init; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// True to learn what is needed: missing attachments and contexts are then listed and are no errors.
    /// </summary>
    public bool Inspecting { get; init; }

    /// <summary>What is wrong with PromQL, null for nothing; null when nobody here can read it.</summary>
    public Func<string, string?>? ProblemOfPromQl { get; init; }
}
