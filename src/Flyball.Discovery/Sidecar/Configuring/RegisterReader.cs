using Flyball.Contracts.Yaml;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>Reads <c>register</c>: the processes of this machine that become instances.</summary>
internal static class RegisterReader
{
    private const int TagsMax = 64;
    private const int MetaMax = 32;
    private const int MetaCharsMax = 512;
    private const int MetaKeyCharsMax = 128;
    private const int WeightMax = 65_535;

    public static IEnumerable<RegisterSpec> Read(YamlFields file)
    {
        IReadOnlyList<YamlNode> given = file.List("register");
        if (given.Count > SidecarSpec.RegistrationsMax)
            file.Fail("register", $"takes at most {SidecarSpec.RegistrationsMax} entries");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (YamlNode node in given)
        {
            if (YamlFields.TryOf(node, file.Problems) is not { } fields) continue;
            if (ReadOne(fields) is not { } spec) continue;
            if (!ids.Add(spec.Id))
                fields.Fail("id", $"{spec.Id} is taken by an entry before; give one of them another");
            yield return spec;
        }
    }

    /// <summary>The same after a restart, and another one on another machine.</summary>
    public static string UsualId(string service, int port) =>
        FormattableString.Invariant($"{service}-{Environment.MachineName}-{port}");

    private static RegisterSpec? ReadOne(YamlFields fields)
    {
        string? service = fields.Name("service");
        int port = fields.Has("port") ? fields.Number("port", 0, 1, 65_535) : 0;
        if (!fields.Has("port")) fields.Fail("port", "is missing");
        string? id = fields.Has("id") ? fields.Name("id") : null;
        string? address = fields.Has("address") ? fields.Name("address") : null;
        int weight = fields.Number("weight", 1, 1, WeightMax);
        IReadOnlyList<string> tags = fields.Texts("tags");
        if (tags.Count > TagsMax) fields.Fail("tags", $"takes at most {TagsMax}");
        IReadOnlyList<KeyValuePair<string, string>> meta = Meta(fields);
        List<ProbeSpec> checks = [.. CheckReader.Read(fields, port)];
        fields.Finish();
        if (service is null || port == 0) return null;
        return new RegisterSpec
        {
            Id = id ?? UsualId(service, port),
            Service = service,
            Port = port,
            Address = address,
            Tags = tags,
            Meta = meta,
            Weight = weight,
            Checks = checks.Count > 0 ? checks : [CheckReader.Connecting(port)],
        };
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Meta(YamlFields fields)
    {
        IReadOnlyList<KeyValuePair<string, string>> meta = fields.Pairs("meta");
        if (meta.Count > MetaMax) fields.Fail("meta", $"takes at most {MetaMax} pairs");
        if (meta.Any(pair => pair.Key.Length > MetaKeyCharsMax || pair.Value.Length > MetaCharsMax))
        {
            fields.Fail(
                "meta", $"takes keys of at most {MetaKeyCharsMax} and values of at most {MetaCharsMax} characters");
        }

        return meta;
    }
}
