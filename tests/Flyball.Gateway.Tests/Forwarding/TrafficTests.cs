using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Flyball.Contracts.Gateway;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Forwarding;

public abstract class TrafficTests(Way way)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What a back end saw of a request: method, target, body and the headers that matter here.</summary>
    private static async Task<string> SeenAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        string headers = string.Join(',', new[] { "Host", "X-A", "X-Forwarded-Host", "Content-Type" }
            .Select(name => context.Request.Headers[name].ToString()));
        return $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body} {headers}";
    }

    private static async Task<string> NextAsync(ConcurrentQueue<string> seen)
    {
        string? one = null;
        await Until.HoldsAsync(() => seen.TryDequeue(out one));
        return one!;
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "a body")]
    public async Task Mirror_GetsACopyAndItsAnswerIsThrownAway(string method, string body)
    {
        var seen = new ConcurrentQueue<string>();
        var copies = new ConcurrentQueue<string>();
        await using KestrelBackend main = await KestrelBackend.StartAsync(async context =>
        {
            seen.Enqueue(await SeenAsync(context));
            await context.Response.WriteAsync("main");
        });
        await using KestrelBackend shadow = await KestrelBackend.StartAsync(async context =>
        {
            copies.Enqueue(await SeenAsync(context));
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("shadow");
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("a1", main.Address);
        await gateway.EndpointAsync("s1", shadow.Address, service: "shop.next");
        await gateway.RouteAsync("web", route => route with { Mirror = new RouteMirror { Service = "shop.next" } });
        for (int i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/p?q=1");
            request.Headers.Add("X-A", "1");
            if (body.Length > 0) request.Content = new StringContent(body);

            using HttpResponseMessage answer = await gateway.Client.SendAsync(request, Cancellation);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("main", await answer.Content.ReadAsStringAsync(Cancellation));
            string original = await NextAsync(seen);
            Assert.StartsWith($"{method} /p?q=1 {body}", original, StringComparison.Ordinal);
            Assert.Equal(original, await NextAsync(copies));
        }
    }

    [Fact]
    public async Task Mirror_HangsOrIsGone_CostsTheRequestNothing()
    {
        await using RawBackend hanging = RawBackend.Hangs();
        await using KestrelBackend main =
            await KestrelBackend.StartAsync(context => context.Response.WriteAsync("main"));
        await using GatewayUnderTest gateway =
            await GatewayUnderTest.StartAsync(way, options => options with { MirrorsMax = 2 });
        using var results = new MirrorResults();
        await gateway.EndpointAsync("a1", main.Address);
        await gateway.RouteAsync("web", route => route with { Mirror = new RouteMirror { Service = "shop.next" } });
        Assert.Equal("main", await gateway.Client.GetStringAsync("/", Cancellation));
        await results.UntilAsync("no-endpoint", 1);

        await gateway.EndpointAsync("s1", hanging.Address, service: "shop.next");
        for (int i = 0; i < 5; i++) Assert.Equal("main", await gateway.Client.GetStringAsync("/", Cancellation));

        await results.UntilAsync("dropped", 3);
        Assert.InRange(hanging.Requests, 0, 2);
    }

    [Fact]
    public async Task Mirror_BodyTooLongToKeep_IsNotMirrored()
    {
        await using KestrelBackend main = await KestrelBackend.StartAsync(
            async context => await context.Response.WriteAsync((await SeenAsync(context)).Length.ToString()));
        await using KestrelBackend shadow = await KestrelBackend.StartAsync(_ => Task.CompletedTask);
        await using GatewayUnderTest gateway =
            await GatewayUnderTest.StartAsync(way, options => options with { ReplayBytesMax = 1000 });
        using var results = new MirrorResults();
        await gateway.EndpointAsync("a1", main.Address);
        await gateway.EndpointAsync("s1", shadow.Address, service: "shop.next");
        await gateway.RouteAsync("web", route => route with { Mirror = new RouteMirror { Service = "shop.next" } });

        using HttpResponseMessage answer =
            await gateway.Client.PostAsync("/", new StringContent(new string('x', 5000)), Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await results.UntilAsync("body-not-kept", 1);
        Assert.Equal(0, shadow.Requests);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(25, 20, 80)]
    [InlineData(100, 200, 200)]
    public async Task Abort_ByPercent_AnswersItself(double percent, int least, int most)
    {
        await using KestrelBackend main =
            await KestrelBackend.StartAsync(context => context.Response.WriteAsync("main"));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("a1", main.Address);
        await gateway.RouteAsync("web", route => route with
        {
            Fault = new RouteFault { Abort = 429, AbortPercent = percent },
        });
        int aborted = 0;
        for (int i = 0; i < 200; i++)
        {
            using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);
            if ((int)answer.StatusCode == 429) aborted++;
            else Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.InRange(aborted, least, most);
        Assert.Equal(200 - aborted, main.Requests);
    }

    [Fact]
    public async Task Delay_HoldsTheRequestBackAndAClientMayHangUp()
    {
        await using KestrelBackend main =
            await KestrelBackend.StartAsync(context => context.Response.WriteAsync("main"));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("a1", main.Address);
        await gateway.RouteAsync("web", route => route with
        {
            Fault = new RouteFault { Delay = TimeSpan.FromMinutes(1), DelayPercent = 100 },
        });
        using (RawConnection client = await gateway.ConnectAsync())
            await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        await gateway.RouteAsync("web", route => route with
        {
            Fault = new RouteFault { Delay = TimeSpan.FromMilliseconds(1), DelayPercent = 100 },
        });
        Assert.Equal("main", await gateway.Client.GetStringAsync("/", Cancellation));
        Assert.Equal(1, main.Requests);
    }

    /// <summary>Counts what becomes of copies.</summary>
    private sealed class MirrorResults : IDisposable
    {
        private readonly ConcurrentDictionary<string, int> counts = new();
        private readonly MeterListener listener = new();

        public MirrorResults()
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "flyball.gateway.mirrored") self.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            {
                foreach (KeyValuePair<string, object?> tag in tags)
                {
                    if (tag.Key == "result")
                        counts.AddOrUpdate((string)tag.Value!, (int)value, (_, old) => old + (int)value);
                }
            });
            listener.Start();
        }

        /// <summary>At least so many: other tests of the process are counted, too.</summary>
        public async Task UntilAsync(string result, int count)
        {
            await Until.HoldsAsync(() => counts.GetValueOrDefault(result) >= count);
        }

        public void Dispose() => listener.Dispose();
    }
}
