namespace Flyball.Scheduling.Compose;

/// <summary>
/// How much a manifest may ask of the compiler. Each bound is far beyond what people write by hand; what passes one is
/// refused with an error that names it.
/// </summary>
internal static class ComposeLimits
{
    /// <summary>UTF-8 bytes of one Compose file.</summary>
    public const int FileBytesMax = 1 << 20;

    /// <summary>Files given with <c>-f</c>.</summary>
    public const int FilesMax = 32;

    /// <summary>
    /// Nested maps and lists. YamlDotNet's flow scanner is quadratic in the depth, so this also bounds time.
    /// </summary>
    public const int DepthMax = 64;

    /// <summary>Nodes of one file, and of the merged model, with every alias and merge key expanded.</summary>
    public const int NodesMax = 100_000;

    /// <summary>Map entries that merging files and <c>extends</c> may copy in one compilation.</summary>
    public const int MergedEntriesMax = 1_000_000;

    /// <summary>Characters that interpolation may produce in one compilation.</summary>
    public const int ExpandedCharsMax = 8 << 20;

    /// <summary>Levels of <c>${A:-${B:-…}}</c>.</summary>
    public const int TemplateDepthMax = 16;

    /// <summary>Services of a project.</summary>
    public const int ServicesMax = 1_000;

    /// <summary>Services that extend each other in a row.</summary>
    public const int ExtendsDepthMax = 16;

    /// <summary>Ports of a service, ranges counted out.</summary>
    public const int PortsMax = 256;

    /// <summary>Addresses of other services handed to all processes of a project together.</summary>
    public const int LinksMax = 100_000;

    /// <summary>As the API's bound on <c>scale</c>.</summary>
    public const int ReplicasMax = 10_000;

    /// <summary>Bytes of one config or secret; the engine's own bound on configs is 500 KiB.</summary>
    public const int ContentBytesMax = 500 << 10;

    /// <summary>Bytes of one OpenAPI document; the catalogue of APIs has the same bound by default.</summary>
    public const int ApiBytesMax = 4 << 20;

    /// <summary>
    /// Bytes of env files, configs, secrets and OpenAPI documents in a compilation, counted once a use: each use is
    /// stored.
    /// </summary>
    public const int AttachedBytesMax = 64 << 20;

    /// <summary>Routes of a service.</summary>
    public const int RoutesMax = 100;

    /// <summary>Rules, queries, schedules and limits of an <c>x-scale</c>, each.</summary>
    public const int ScaleItemsMax = 20;

    /// <summary>Characters of a PromQL expression in <c>x-scale</c>.</summary>
    public const int ScaleQueryLengthMax = 4_096;

    /// <summary>Errors, and warnings, that are told one by one.</summary>
    public const int DiagnosticsMax = 200;

    /// <summary>Characters of a project's or service's name: it becomes a DNS label.</summary>
    public const int NameLengthMax = 63;
}
