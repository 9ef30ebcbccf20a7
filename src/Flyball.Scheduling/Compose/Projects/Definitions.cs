using System.Text;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>The networks, volumes, configs and secrets at the top of the manifest.</summary>
internal sealed class Definitions
{
    private static readonly string[] ContentKeys = ["file", "environment", "content"];

    private readonly Compilation _compilation;
    private readonly Field _root;
    private readonly SortedDictionary<string, NamedObject> _networks;
    private readonly SortedDictionary<string, NamedObject> _volumes;
    private readonly Dictionary<string, byte[]?> _contents = new(StringComparer.Ordinal);

    public Definitions(Compilation compilation, Field root, string project)
    {
        _compilation = compilation;
        _root = root;
        _networks = Named(root["networks"], project, "bridge");
        _volumes = Named(root["volumes"], project, "local");
        _networks.TryAdd("default", new NamedObject("default", $"{project}_default", External: false));
        foreach (string kind in (ReadOnlySpan<string>)["configs", "secrets"])
        foreach ((string key, Field definition) in root[kind].Entries())
            _contents[$"{kind}.{key}"] = Content(kind, definition);
    }

    /// <returns>Null with an error at <paramref name="use"/> when the manifest defines no such network.</returns>
    public NamedObject? Network(Field use, string key) => Find(_networks, use, key, "network", "networks");

    /// <returns>Null with an error at <paramref name="use"/> when the manifest defines no such volume.</returns>
    public NamedObject? Volume(Field use, string key) => Find(_volumes, use, key, "volume", "volumes");

    /// <summary>
    /// A config's or secret's bytes; null with an error when it is not defined, or when it could not be read.
    /// </summary>
    public byte[]? Content(Field use, string kind, string key)
    {
        if (_contents.TryGetValue($"{kind}.{key}", out byte[]? content)) return content;
        IEnumerable<string> known = _root[kind].Entries().Select(entry => entry.Key);
        use.Error($"no '{key}' is defined under '{kind}'", use.Hint(key, known) ?? $"add it under '{kind}'");
        return null;
    }

    private static NamedObject? Find(
        SortedDictionary<string, NamedObject> known, Field use, string key, string what, string section)
    {
        if (known.TryGetValue(key, out NamedObject? found)) return found;
        use.Error($"the {what} '{key}' is not defined", use.Hint(key, known.Keys) ?? $"add it under '{section}'");
        return null;
    }

    private static SortedDictionary<string, NamedObject> Named(Field section, string project, string driver)
    {
        SortedDictionary<string, NamedObject> all = new(StringComparer.Ordinal);
        foreach ((string key, Field definition) in section.Entries())
        {
            if (!NameRules.IsService(key)) definition.Error($"the name '{key}' must be {NameRules.ServiceRule}");
            Field external = definition["external"];
            bool isExternal = external.Exists && (!external.IsScalar || external.Flag() == true);
            string? written = definition["driver"].Text();
            if (written is not (null or "" or "default") && written != driver && !isExternal)
                definition["driver"].Error($"the driver '{written}' is not supported: only '{driver}'");
            string? name = definition["name"].Word() ?? (external.IsScalar ? null : external["name"].Word());
            all[key] = new NamedObject(key, name ?? (isExternal ? key : $"{project}_{key}"), isExternal);
        }
        return all;
    }

    private byte[]? Content(string kind, Field definition)
    {
        List<Field> sources = [.. ContentKeys.Select(key => definition[key]).Where(f => f.Exists)];
        if (sources.Count != 1)
        {
            if (!definition["external"].Exists || sources.Count > 1)
                definition.Error(
                    "must have one of " + (kind == "configs" ? "file, environment or content" : "file or environment"));
            return null;
        }
        byte[]? content = Read(kind, definition, sources[0]);
        if (content is null || content.Length <= ComposeLimits.ContentBytesMax) return content;
        sources[0].Error($"its content is larger than {ComposeLimits.ContentBytesMax >> 10} KiB");
        return null;
    }

    private byte[]? Read(string kind, Field definition, Field source)
    {
        if (source.Word() is not { } text) return null;
        if (definition["content"].Exists) return Encoding.UTF8.GetBytes(text);
        if (definition["environment"].Exists)
        {
            string? value = _compilation.Variables.Find(text);
            if (value is null && !_compilation.Input.Inspecting) source.Error($"the variable '{text}' is not set");
            return value is null ? null : Encoding.UTF8.GetBytes(value);
        }
        ComposeNeedKind need = kind == "configs" ? ComposeNeedKind.Config : ComposeNeedKind.Secret;
        return _compilation.FindBytes(source, _compilation.Resolve(source.Mark, text), need, required: true);
    }
}
