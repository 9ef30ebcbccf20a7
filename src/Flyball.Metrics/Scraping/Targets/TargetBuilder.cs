using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.Relabelling;
using Flyball.Metrics.Scraping.Configuration;

namespace Flyball.Metrics.Scraping.Targets;

/// <summary>Makes targets from what discovery found, by a job's defaults and its relabelling rules.</summary>
internal static class TargetBuilder
{
    private const string Address = "__address__";
    private const string Scheme = "__scheme__";
    private const string MetricsPath = "__metrics_path__";
    private const string Interval = "__scrape_interval__";
    private const string Timeout = "__scrape_timeout__";
    private const string ParameterPrefix = "__param_";

    /// <summary>The labels before relabelling: the target's own, its group's, and the job's defaults.</summary>
    public static Labels Discovered(ScrapeJob job, Labels group, Labels target)
    {
        var labels = new LabelsBuilder(target);
        foreach (Label label in group.Items)
        {
            if (labels.Get(label.Name).Length == 0) labels.Set(label.Name, label.Value);
        }

        SetAbsent(labels, "job", job.Name);
        SetAbsent(labels, Interval, Durations.Format((long)job.Interval.TotalMilliseconds));
        SetAbsent(labels, Timeout, Durations.Format((long)job.Timeout.TotalMilliseconds));
        SetAbsent(labels, MetricsPath, job.MetricsPath);
        SetAbsent(labels, Scheme, job.Scheme);
        foreach ((string name, IReadOnlyList<string> values) in job.Parameters)
        {
            if (values.Count > 0) labels.Set(ParameterPrefix + name, values[0]);
        }

        return labels.ToLabels();
    }

    /// <summary>Null when relabelling dropped it, or, with a problem, when it is of no use.</summary>
    public static TargetSpec? TryBuild(ScrapeJob job, Labels discovered, out string? problem)
    {
        problem = null;
        var labels = new LabelsBuilder(discovered);
        if (!RelabelRule.ApplyAll(job.TargetRules, labels)) return null;
        string address = labels.Get(Address);
        problem = CheckTimes(labels, out TimeSpan interval, out TimeSpan timeout);
        if (address.Length == 0) problem = "it has no address";
        else if (address.Contains('/', StringComparison.Ordinal)) problem = $"{address} is no host and port";
        if (problem is not null) return null;
        Labels all = labels.ToLabels().Where(static name => !name.StartsWith("__meta_", StringComparison.Ordinal));
        if (!TryUrl(job, all, address, out Uri? url))
        {
            problem = $"{address}{all.Get(MetricsPath)} makes no address";
            return null;
        }

        Labels shown = all.Where(static name => !name.StartsWith("__", StringComparison.Ordinal));
        if (!shown.Has("instance")) shown = shown.With("instance", address);
        return new TargetSpec
        {
            Job = job,
            Discovered = discovered,
            Labels = shown,
            Url = url!,
            Interval = interval,
            Timeout = timeout,
            Key = $"{url} {all}",
        };
    }

    private static string? CheckTimes(LabelsBuilder labels, out TimeSpan interval, out TimeSpan timeout)
    {
        timeout = default;
        if (!TryDuration(labels.Get(Interval), out interval)) return "its scrape interval is no duration";
        if (!TryDuration(labels.Get(Timeout), out timeout)) return "its scrape timeout is no duration";
        return timeout > interval ? "its scrape timeout is longer than its interval" : null;
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        long ms = Durations.TryParse(text, out _) ?? 0;
        duration = TimeSpan.FromMilliseconds(ms);
        return ms > 0;
    }

    private static bool TryUrl(ScrapeJob job, Labels labels, string address, out Uri? url)
    {
        string path = labels.Get(MetricsPath);
        if (!path.StartsWith('/')) path = "/" + path;
        string query = Query(job, labels);
        string separator = query.Length == 0 ? "" : path.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        return Uri.TryCreate(
            $"{labels.Get(Scheme)}://{address}{path}{separator}{query}", UriKind.Absolute, out url)
            && url.Scheme is "http" or "https";
    }

    /// <summary>The job's parameters; a label may replace the first value of each, or add one.</summary>
    private static string Query(ScrapeJob job, Labels labels)
    {
        var values = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<string> given) in job.Parameters) values[name] = [.. given];
        foreach (Label label in labels.Items)
        {
            if (!label.Name.StartsWith(ParameterPrefix, StringComparison.Ordinal)) continue;
            string name = label.Name[ParameterPrefix.Length..];
            if (values.TryGetValue(name, out List<string>? list) && list.Count > 0) list[0] = label.Value;
            else values[name] = [label.Value];
        }

        var query = new StringBuilder();
        foreach ((string name, List<string> list) in values)
        {
            foreach (string value in list)
            {
                if (query.Length > 0) query.Append('&');
                query.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }

    private static void SetAbsent(LabelsBuilder labels, string name, string value)
    {
        if (labels.Get(name).Length == 0) labels.Set(name, value);
    }
}
