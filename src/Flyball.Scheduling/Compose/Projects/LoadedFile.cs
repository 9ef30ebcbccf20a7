using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>A Compose file with its variables expanded; the services that were extended so far are kept.</summary>
internal sealed class LoadedFile(string path, SourceFile source, MapNode? root)
{
    /// <summary>Absolute.</summary>
    public string Path => path;

    public SourceFile Source => source;

    /// <summary>Null when the file could not be read; the errors are reported.</summary>
    public MapNode? Root => root;

    public MapNode? Services => root?.Find("services")?.Value as MapNode;

    public Dictionary<string, MapNode> Extended { get; } = new(StringComparer.Ordinal);
}
