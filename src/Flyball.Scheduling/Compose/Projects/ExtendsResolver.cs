using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Merging;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>
/// Lays each service over the one that it <c>extends</c>, in its own file or another, before files are merged, as
/// Compose does.
/// </summary>
internal sealed class ExtendsResolver(Compilation compilation, FileSet files, ModelMerger merger)
{
    private const string ExtendsKey = "extends";

    private readonly List<(string Path, string Service)> _chain = [];

    public MapNode Resolve(LoadedFile file, MapNode root)
    {
        if (file.Services is not { } services) return root;
        List<MapEntry> resolved = [];
        foreach (MapEntry entry in services.Entries)
            resolved.Add(
                entry.Value is MapNode service ? entry with { Value = Resolve(file, entry.Key, service) } : entry);
        var all = new MapNode(services.Mark, resolved, services.Tag);
        return new MapNode(
            root.Mark, [.. root.Entries.Select(e => e.Key == "services" ? e with { Value = all } : e)], root.Tag);
    }

    private MapNode Resolve(LoadedFile file, string name, MapNode service)
    {
        if (file.Extended.TryGetValue(name, out MapNode? known)) return known;
        var field = new Field(service, $"services.{name}", service.Mark, compilation.Diagnostics);
        Field extends = field[ExtendsKey];
        if (!extends.Exists) return service;
        MapNode result = service;
        if (_chain.Contains((file.Path, name)))
            extends.Error(
                "services extend each other in a circle: " + string.Join(
                    " → ", _chain.Select(link => link.Service).Append(name)));
        else if (_chain.Count >= ComposeLimits.ExtendsDepthMax)
            extends.Error($"more than {ComposeLimits.ExtendsDepthMax} services extend each other in a row");
        else
        {
            _chain.Add((file.Path, name));
            MapNode? under = FindBase(file, extends);
            if (under is not null && merger.Merge(under, service, ComposeKeys.Service) is MapNode merged)
                result = merged;
            _chain.RemoveAt(_chain.Count - 1);
        }
        file.Extended[name] = result;
        return result;
    }

    private MapNode? FindBase(LoadedFile file, Field extends)
    {
        string? service = (extends.IsScalar ? extends : extends["service"]).Word();
        if (service is null)
        {
            if (!extends.IsScalar && !extends["service"].Exists)
                extends.Error("must name a service", "extends: { service: base }");
            return null;
        }
        LoadedFile? source = file;
        if (extends["file"].Word() is { } path)
            source = files.Open(extends["file"], compilation.Resolve(extends["file"].Mark, path));
        if (source?.Root is null) return null;
        if (source.Services?.Find(service)?.Value is not MapNode under)
        {
            IEnumerable<string> known = source.Services?.Entries.Select(entry => entry.Key) ?? [];
            extends.Error($"'{source.Source.Name}' has no service '{service}'", extends.Hint(service, known));
            return null;
        }
        MapNode resolved = Resolve(source, service, under);
        return new MapNode(resolved.Mark, [.. resolved.Entries.Where(entry => entry.Key != ExtendsKey)], resolved.Tag);
    }
}
