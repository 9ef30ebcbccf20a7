using System.Diagnostics;
using System.Globalization;

namespace Flyball.Metrics.Bench.Peers;

/// <summary>
/// Twenty queries such as dashboards send, asked of all servers in turn, so that neighbours on the machine disturb all
/// alike. Answers are compared point by point.
/// </summary>
internal static class Dashboard
{
    private const int Rounds = 10;
    private const string Node = "node-00003.example.internal:9100";
    private const string Requests = "node_request_seconds_bucket";

    private static readonly (int Hours, int StepSeconds, string Query)[] Panels =
    [
        (1, 15, "sum by (instance) (rate(node_metric_85_total[5m]))"),
        (1, 15, "100 * sum by (instance) (rate(node_metric_86_total{mode=\"user\"}[5m]))"
            + " / sum by (instance) (rate(node_metric_86_total[5m]))"),
        (1, 15, $"histogram_quantile(0.99, sum by (le) (rate({Requests}[5m])))"),
        (1, 15, "topk(5, rate(node_metric_87_total[5m]))"),
        (1, 15, $"node_metric_96_total{{instance=\"{Node}\"}}"),
        (1, 60, "count by (instance) ({job=\"node-exporter\"})"),
        (6, 60, "sum by (instance) ({__name__=~\"node_metric_9[4-9]_total\"})"),
        (6, 60, $"histogram_quantile(0.9, sum by (le, instance) (rate({Requests}[5m])))"),
        (6, 60, "node_metric_97_total / on (instance, cpu) node_metric_98_total"),
        (6, 60, "sum by (region) (node_metric_99_total)"),
        (6, 60, "avg_over_time(node_metric_117_total[10m])"),
        (12, 120, "max by (instance) (node_metric_100_total)"),
        (12, 120, $"sum by (handler) (rate({Requests}{{le=\"+Inf\"}}[5m]))"),
        (12, 120, $"histogram_quantile(0.5, sum by (le, handler) (rate({Requests}[10m])))"),
        (12, 120, "increase(node_metric_60_total[1h])"),
        (24, 300, "sum by (instance) (rate(node_metric_85_total[5m]))"),
        (24, 300, "topk(3, sum by (instance) (rate(node_metric_88_total[5m])))"),
        (24, 300, $"histogram_quantile(0.99, sum by (le) (rate({Requests}[5m])))"),
        (24, 300, "quantile_over_time(0.9, node_metric_121_total[15m])"),
        (24, 300, "sum by (region) (rate(node_metric_89_total[5m])"
            + " * on (instance, cpu) group_left () node_metric_10_total)"),
    ];

    public static async Task RunAsync(IReadOnlyList<PeerServer> servers, long endMs, PeerTable table)
    {
        Dictionary<PeerServer, QueryAnswers[]> answers = [];
        foreach (PeerServer server in servers)
            answers[server] = [.. await Task.WhenAll(Panels.Select(panel => AnswerAsync(server, panel, endMs)))];
        Dictionary<PeerServer, List<double>[]> all =
            servers.ToDictionary(server => server, _ => Panels.Select(_ => new List<double>()).ToArray());
        Dictionary<PeerServer, TimeSpan> cpu = servers.ToDictionary(server => server, server => server.Cpu);
        for (int round = 0; round < Rounds; round++)
        {
            for (int panel = 0; panel < Panels.Length; panel++)
            {
                foreach (PeerServer server in servers)
                    all[server][panel].Add(await TimeAsync(server, Panels[panel], endMs));
            }
        }

        foreach (PeerServer server in servers)
        {
            double used = (server.Cpu - cpu[server]).TotalMilliseconds / (Rounds * Panels.Length);
            double[] sorted = [.. all[server].SelectMany(times => times).Order()];
            table.Add("20 dashboard queries, median ms", server.Kind.Name, sorted[sorted.Length / 2]);
            table.Add("20 dashboard queries, p99 ms", server.Kind.Name, sorted[sorted.Length * 99 / 100]);
            table.Add("20 dashboard queries, ms CPU each", server.Kind.Name, used);
        }

        PrintEach(servers, all);
        Compare(servers, answers);
    }

    private static void PrintEach(IReadOnlyList<PeerServer> servers, Dictionary<PeerServer, List<double>[]> all)
    {
        for (int panel = 0; panel < Panels.Length; panel++)
        {
            IEnumerable<string> medians = servers.Select(server =>
            {
                double[] sorted = [.. all[server][panel].Order()];
                return sorted[sorted.Length / 2].ToString("F1", CultureInfo.InvariantCulture).PadLeft(8);
            });
            (int hours, _, string query) = Panels[panel];
            Console.Error.WriteLine($"{string.Join(' ', medians)} ms  {hours,2} h  {query}");
        }
    }

    private static void Compare(IReadOnlyList<PeerServer> servers, Dictionary<PeerServer, QueryAnswers[]> answers)
    {
        PeerServer? judge = servers.FirstOrDefault(server => server.Kind.Name == "Prometheus");
        if (judge is null) return;
        foreach (PeerServer server in servers.Where(server => server != judge))
        {
            int same = 0;
            for (int panel = 0; panel < Panels.Length; panel++)
            {
                string? difference = answers[server][panel].DifferenceFrom(answers[judge][panel]);
                if (difference is null) same++;
                else Console.Error.WriteLine($"{server.Kind.Name} differs in {Panels[panel].Query}: {difference}");
            }

            Console.WriteLine($"{server.Kind.Name}: {same} of {Panels.Length} answers are those of Prometheus");
        }
    }

    private static async Task<double> TimeAsync(
        PeerServer server, (int Hours, int StepSeconds, string Query) panel, long endMs)
    {
        long start = Stopwatch.GetTimestamp();
        _ = await server.ReadAsync(Path(panel, endMs));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<QueryAnswers> AnswerAsync(
        PeerServer server, (int Hours, int StepSeconds, string Query) panel, long endMs) =>
        QueryAnswers.Parse(await server.ReadAsync(Path(panel, endMs)));

    private static string Path((int Hours, int StepSeconds, string Query) panel, long endMs)
    {
        long end = endMs / 1000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/query_range?query={Uri.EscapeDataString(panel.Query)}&start={end - (panel.Hours * 3600)}"
            + $"&end={end}&step={panel.StepSeconds}");
    }
}
