using Flyball.Contracts.Yaml;
using Flyball.Metrics.Scraping.Discovery;
using Flyball.Metrics.Yaml;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>Reads the <c>*_sd_configs</c> and <c>static_configs</c> of a job.</summary>
internal static class TargetSourceReader
{
    private static readonly string[] Others =
    [
        "azure", "digitalocean", "docker", "dockerswarm", "ec2", "eureka", "gce", "hetzner", "ionos", "kubernetes",
        "kuma", "lightsail", "linode", "marathon", "nerve", "nomad", "openstack", "ovhcloud", "puppetdb", "scaleway",
        "serverset", "stackit", "triton", "uyuni", "vultr",
    ];

    public static IReadOnlyList<ITargetSource> Read(YamlFields job, string directory)
    {
        var sources = new List<ITargetSource>();
        foreach (string other in Others)
        {
            if (job.Has($"{other}_sd_configs"))
                job.Fail($"{other}_sd_configs", "is not supported; static, file, http, dns and consul are");
        }

        List<TargetGroup> groups = TargetGroupReader.Read(job.List("static_configs"), job.Problems);
        if (groups.Count > 0) sources.Add(new StaticSource(groups));
        foreach (YamlFields fields in Each(job, "file_sd_configs")) sources.Add(ReadFile(fields, directory));
        foreach (YamlFields fields in Each(job, "http_sd_configs")) sources.Add(ReadHttp(fields, directory));
        foreach (YamlFields fields in Each(job, "dns_sd_configs")) sources.Add(ReadDns(fields));
        foreach (YamlFields fields in Each(job, "consul_sd_configs")) sources.Add(ReadConsul(fields, directory));
        return sources;
    }

    private static IEnumerable<YamlFields> Each(YamlFields job, string key)
    {
        foreach (YamlNode item in job.List(key))
        {
            if (YamlFields.TryOf(item, job.Problems) is not { } fields) continue;
            yield return fields;
            fields.Finish();
        }
    }

    private static FileSource ReadFile(YamlFields fields, string directory)
    {
        IReadOnlyList<string> files = fields.Texts("files");
        if (files.Count == 0) fields.Fail("files", "is missing");
        foreach (string file in files)
        {
            if (!file.EndsWith(".json", StringComparison.Ordinal) && !file.EndsWith(".yml", StringComparison.Ordinal)
                && !file.EndsWith(".yaml", StringComparison.Ordinal))
                fields.Fail("files", $"takes files that end in .json, .yml or .yaml, not {file}");
        }

        return new FileSource(
            [.. files.Select(file => Path.Combine(directory, file))],
            fields.Duration("refresh_interval", TimeSpan.FromMinutes(5)));
    }

    private static HttpSource ReadHttp(YamlFields fields, string directory)
    {
        Uri url = ReadUrl(fields, "url");
        return new HttpSource(
            url, fields.Duration("refresh_interval", TimeSpan.FromMinutes(1)),
            HttpSettingsReader.Read(fields, directory));
    }

    private static DnsSource ReadDns(YamlFields fields)
    {
        IReadOnlyList<string> names = fields.Texts("names");
        if (names.Count == 0) fields.Fail("names", "is missing");
        string typeText = fields.Text("type", "SRV").ToUpperInvariant();
        if (!Enum.TryParse(typeText, out DnsRecordType type) || !Enum.IsDefined(type))
            fields.Fail("type", $"takes A, AAAA, SRV, MX or NS, not {typeText}");
        int port = fields.Count("port", 0);
        if (type != DnsRecordType.SRV && port is 0 or > 65_535) fields.Fail("port", "is needed for this type");
        return new DnsSource(names, type, port, fields.Duration("refresh_interval", TimeSpan.FromSeconds(30)));
    }

    private static ConsulSource ReadConsul(YamlFields fields, string directory)
    {
        string scheme = fields.Text("scheme", "http");
        if (scheme is not ("http" or "https")) fields.Fail("scheme", "takes http or https");
        string server = fields.Text("server", "localhost:8500") + fields.Text("path_prefix", "");
        if (!Uri.TryCreate($"{scheme}://{server}", UriKind.Absolute, out Uri? url))
        {
            fields.Fail("server", $"takes a host and a port, not {server}");
            url = new Uri("http://localhost:8500");
        }

        var source = new ConsulSource(url, HttpSettingsReader.Read(fields, directory))
        {
            Token = fields.Text("token"),
            Datacenter = fields.Text("datacenter"),
            Namespace = fields.Text("namespace"),
            Partition = fields.Text("partition"),
            Services = fields.Texts("services"),
            Tags = fields.Texts("tags"),
            Filter = fields.Text("filter"),
            TagSeparator = fields.Text("tag_separator", ","),
            AllowsStale = fields.Flag("allow_stale", true),
            NodeMeta = fields.Pairs("node_meta"),
            RefreshInterval = fields.Duration("refresh_interval", TimeSpan.FromSeconds(30)),
        };
        return source;
    }

    private static Uri ReadUrl(YamlFields fields, string key)
    {
        string text = fields.Text(key, "");
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https") return url!;
        fields.Fail(key, text.Length == 0 ? "is missing" : $"takes an http or https address, not {text}");
        return new Uri("http://localhost");
    }
}
