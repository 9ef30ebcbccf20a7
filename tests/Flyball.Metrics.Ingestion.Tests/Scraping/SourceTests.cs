using System.Globalization;
using System.Threading.Channels;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Discovery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

/// <summary>Sources of targets that are servers themselves, over real connections.</summary>
public sealed class SourceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Http_ListChangesAndFails_TargetsFollowAndStayThroughTheFailure()
    {
        string body = """[{"targets":["a:1","b:2"],"labels":{"zone":"x"}}]""";
        int status = 200;
        int failures = 0;
        string asked = "";
        await using LoopbackServer server = await LoopbackServer.StartAsync(async context =>
        {
            asked = context.Request.Headers["X-Prometheus-Refresh-Interval-Seconds"].ToString();
            context.Response.StatusCode = Volatile.Read(ref status);
            if (context.Response.StatusCode != 200) Interlocked.Increment(ref failures);
            await context.Response.WriteAsync(Volatile.Read(ref body));
        });
        await using var run = new Run(new HttpSource(server.Address, TimeSpan.FromMilliseconds(5), new HttpSettings()));

        TargetGroup first = Assert.Single(await run.UntilAsync(_ => true));
        Assert.Equal(["a:1", "b:2"], first.Targets.Select(target => target.Get("__address__")));
        Assert.Equal(("x", server.Address.ToString()), (first.Labels.Get("zone"), first.Labels.Get("__meta_url")));
        Assert.Equal("0.005", asked);

        Volatile.Write(ref status, 500);
        Volatile.Write(ref body, "[]");
        await UntilAsync(() => Volatile.Read(ref failures) >= 3);
        Assert.DoesNotContain(run.Published(), groups => groups.Count == 0);
        Volatile.Write(ref body, """[{"targets":["c:3"]}, {"targets":["d:4"]}]""");
        Volatile.Write(ref status, 200);

        IReadOnlyList<TargetGroup> last = await run.UntilAsync(groups => groups.Count == 2);
        Assert.Equal("c:3", Assert.Single(last[0].Targets).Get("__address__"));
    }

    [Fact]
    public async Task Consul_InstancesAndServicesComeAndGo_TargetsFollowByBlockingQueries()
    {
        var consul = new FakeConsul();
        await using LoopbackServer server = await LoopbackServer.StartAsync(consul.AnswerAsync);
        consul.Set("web", ("10.0.0.1", 80));
        consul.Set("db", ("10.0.0.9", 5432));
        await using var run = new Run(new ConsulSource(server.Address, new HttpSettings())
        {
            Services = ["web", "late"],
            Token = "secret",
            RefreshInterval = TimeSpan.FromMilliseconds(5),
        });
        Assert.Equal("10.0.0.1:80", Addresses(await run.UntilAsync(groups => Addresses(groups).Length > 0)));

        consul.Set("web", ("10.0.0.1", 80), ("10.0.0.2", 81));
        await run.UntilAsync(groups => Addresses(groups) == "10.0.0.1:80 10.0.0.2:81");
        consul.Set("late", ("10.0.0.3", 82));
        await run.UntilAsync(groups => Addresses(groups) == "10.0.0.3:82 10.0.0.1:80 10.0.0.2:81");
        consul.Set("web");
        await run.UntilAsync(groups => Addresses(groups) == "10.0.0.3:82");

        Assert.Equal("secret", consul.Token);
        Assert.DoesNotContain("/v1/health/service/db", consul.Asked);
        // Each change is one answer of a query that was held back: nobody asks again and again.
        Assert.InRange(consul.Asked.Count, 6, 30);
    }

    private static string Addresses(IReadOnlyList<TargetGroup> groups) =>
        string.Join(' ', groups.SelectMany(group => group.Targets).Select(target => target.Get("__address__")));

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(5, patience.Token);
    }

    /// <summary>A source at work, with what it published.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly Channel<IReadOnlyList<TargetGroup>> published =
            Channel.CreateUnbounded<IReadOnlyList<TargetGroup>>();

        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        public Run(ITargetSource source) => running = source.RunAsync(
            groups => published.Writer.TryWrite(groups), new DiscoveryRuntime(TimeProvider.System, NullLogger.Instance),
            stop.Token);

        /// <summary>What was published and not looked at yet.</summary>
        public List<IReadOnlyList<TargetGroup>> Published()
        {
            var all = new List<IReadOnlyList<TargetGroup>>();
            while (published.Reader.TryRead(out IReadOnlyList<TargetGroup>? groups)) all.Add(groups);
            return all;
        }

        public async Task<IReadOnlyList<TargetGroup>> UntilAsync(Predicate<IReadOnlyList<TargetGroup>> isWanted)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (true)
            {
                IReadOnlyList<TargetGroup> groups = await published.Reader.ReadAsync(patience.Token);
                if (isWanted(groups)) return groups;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            stop.Dispose();
        }
    }

    /// <summary>Consul's two lists with its blocking queries: an answer waits until its index is behind.</summary>
    private sealed class FakeConsul
    {
        private readonly Lock gate = new();
        private readonly SortedDictionary<string, (string Address, int Port)[]> services =
            new(StringComparer.Ordinal);

        private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long index = 1;

        public List<string> Asked { get; } = [];

        public string Token { get; private set; } = "";

        public void Set(string service, params (string Address, int Port)[] instances)
        {
            lock (gate)
            {
                if (instances.Length == 0) services.Remove(service);
                else services[service] = instances;
                index++;
                changed.SetResult();
                changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public async Task AnswerAsync(HttpContext context)
        {
            string path = context.Request.Path;
            long seen = long.Parse(context.Request.Query["index"].ToString(), CultureInfo.InvariantCulture);
            Token = context.Request.Headers["X-Consul-Token"].ToString();
            lock (gate) Asked.Add(path);
            while (true)
            {
                Task next;
                lock (gate)
                {
                    if (seen < index) break;
                    next = changed.Task;
                }

                await next.WaitAsync(context.RequestAborted);
            }

            (long now, string body) = Body(path);
            context.Response.Headers["X-Consul-Index"] = now.ToString(CultureInfo.InvariantCulture);
            await context.Response.WriteAsync(body);
        }

        private (long Index, string Body) Body(string path)
        {
            lock (gate)
            {
                if (path == "/v1/catalog/services")
                    return (index, $"{{{string.Join(',', services.Keys.Select(name => $"\"{name}\":[\"t\"]"))}}}");
                string name = path.Split('/')[^1];
                IEnumerable<string> rows = services.GetValueOrDefault(name, []).Select(instance =>
                    $$"""
                    {"Node":{"Node":"n","Address":"{{instance.Address}}","Datacenter":"dc1"},
                     "Service":{"ID":"{{name}}","Address":"","Port":{{instance.Port}},"Tags":["t"]},"Checks":[]}
                    """);
                return (index, $"[{string.Join(',', rows)}]");
            }
        }
    }
}
