using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Security.Keys;
using Flyball.Gateway.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Security;

/// <summary>What is counted for consumers; names are of a test alone: meters are of the whole process.</summary>
public abstract class ConsumerUseTests(Way way)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_OfAConsumer_AreCountedWithTheirBytes()
    {
        string name = $"counted-on-{way}".ToLowerInvariant();
        using var heard = new Heard(name);
        await using KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, Cancellation);
            if (context.Request.Path == "/fails") context.Response.StatusCode = 500;
            context.Response.ContentLength = 1_234;
            await context.Response.Body.WriteAsync(new byte[1_234], Cancellation);
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("a1", backend.Address);
        string key = ApiKey.Create();
        await gateway.Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Consumer, name, new Consumer
            {
                CreatedUnixMs = 1,
                Keys = [new ConsumerKey { Hash = ApiKey.Hash(key), Hint = ApiKey.Hint(key), CreatedUnixMs = 1 }],
            }),
            Cancellation);
        await Until.HoldsAsync(() => gateway.Get<ConsumerDirectory>().Current.Find(name) is not null);
        await gateway.RouteAsync(
            "used", route => route with { Auth = new RouteAuth { Keys = new RouteKeyAuth() } });

        await SendAsync(gateway, "/", key, new byte[500]);
        await SendAsync(gateway, "/", key, null);
        await SendAsync(gateway, "/fails", key, null);
        await SendAsync(gateway, "/", "wrong", new byte[100]);

        await heard.ReachedAsync("flyball.gateway.consumer_requests 5xx", 1);
        await heard.ReachedAsync("flyball.gateway.consumer_sent", 3 * 1_234);
        Assert.Equal(2, heard["flyball.gateway.consumer_requests 2xx"]);
        Assert.Equal(500, heard["flyball.gateway.consumer_received"]);
        Assert.Equal(0, heard["flyball.gateway.consumer_requests 4xx"]);
        Assert.Equal(["used"], heard.Routes);
    }

    private static async Task SendAsync(GatewayUnderTest gateway, string path, string key, byte[]? body)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        if (body is not null) request.Content = new ByteArrayContent(body);
        request.Headers.Add("X-Api-Key", key);
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, Cancellation);
        await answer.Content.ReadAsByteArrayAsync(Cancellation);
    }
}

public sealed class ConsumerBoundTests
{
    [Fact]
    public void Count_BeyondTheBound_IsOthers()
    {
        var time = new FakeTimeProvider();
        using var heard = new Heard("(other)");
        using var use = new ConsumerUse(pairsMax: 2, time);
        var route = new RouteLabels("bounded", "shop.web");
        for (int i = 0; i < 5; i++) use.Count(new ConsumerIdentity($"c{i}", [], []), route, 200, 0, 0);
        use.Count(new ConsumerIdentity("c0", [], []), route, 200, 0, 0);

        Assert.Equal(3, heard["flyball.gateway.consumer_requests 2xx"]);
    }

    [Fact]
    public void Count_SubjectsOfTokens_ShareAName()
    {
        using var heard = new Heard("(token)");
        using var use = new ConsumerUse(pairsMax: 10, TimeProvider.System);
        var route = new RouteLabels("tokens", "shop.web");
        for (int i = 0; i < 5; i++)
            use.Count(new ConsumerIdentity($"someone-{i}", [], []) { IsConsumer = false }, route, 401, 0, 0);

        Assert.Equal(5, heard["flyball.gateway.consumer_requests 4xx"]);
    }
}

/// <summary>Sums of the gateway's meters for one consumer.</summary>
internal sealed class Heard : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, long> sums = new();
    private readonly ConcurrentDictionary<string, bool> routes = new();

    public Heard(string consumer)
    {
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name.StartsWith("flyball.gateway.consumer_", StringComparison.Ordinal))
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Dictionary<string, string?> all = [];
            foreach (KeyValuePair<string, object?> tag in tags) all[tag.Key] = tag.Value?.ToString();
            if (all.GetValueOrDefault("consumer") != consumer) return;
            routes[all["route"]!] = true;
            string name = all.TryGetValue("status", out string? status)
                ? $"{instrument.Name} {status}" : instrument.Name;
            sums.AddOrUpdate(name, value, (_, sum) => sum + value);
        });
        listener.Start();
    }

    public long this[string name] => sums.GetValueOrDefault(name);

    public IEnumerable<string> Routes => routes.Keys;

    /// <summary>A request ends after its client has the answer.</summary>
    public async Task ReachedAsync(string name, long value)
    {
        while (this[name] < value)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(value, this[name]);
    }

    public void Dispose() => listener.Dispose();
}
