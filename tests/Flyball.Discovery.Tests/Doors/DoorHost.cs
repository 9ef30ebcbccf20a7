using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Discovery;
using Flyball.Discovery.Indexing;
using Flyball.Store.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Doors;

/// <summary>
/// The module as a server runs it, with real doors on loopback, a store in memory and a clock of the test's.
/// </summary>
internal sealed class DoorHost : IAsyncDisposable
{
    private static int given;
    private readonly ServiceProvider services;
    private readonly HttpClient http = new();
    private readonly Func<DiscoveryOptions, DiscoveryOptions>? change;
    private bool isStopped;

    private DoorHost(ServiceProvider services, DiscoveryOptions options, MemoryStore store, FakeTimeProvider time,
        Func<DiscoveryOptions, DiscoveryOptions>? change)
    {
        this.services = services;
        this.change = change;
        Options = options;
        Store = store;
        Time = time;
        http.BaseAddress = new Uri($"http://{options.Consul}/v1/");
    }

    public DiscoveryOptions Options { get; }

    public MemoryStore Store { get; }

    public FakeTimeProvider Time { get; }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public CatalogueIndex Index => services.GetRequiredService<CatalogueIndex>();

    public static async Task<DoorHost> StartAsync(
        Func<DiscoveryOptions, DiscoveryOptions>? change = null, MemoryStore? store = null,
        FakeTimeProvider? time = null, bool isReal = false,
        Action<IServiceCollection>? replace = null)
    {
        time ??= new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        TimeProvider clock = isReal ? TimeProvider.System : time;
        store ??= new MemoryStore(clock);
        var options = new DiscoveryOptions
        {
            NodeName = "node-a",
            Consul = Free(),
            EtcdKeys = Free(),
            Dns = Free(),
        };
        if (change is not null) options = change(options);
        var collection = new ServiceCollection();
        collection.AddSingleton(clock);
        collection.AddSingleton<Random>(new LockedRandom());
        collection.AddSingleton(store);
        collection.AddSingleton<IResourceStore>(store);
        collection.AddSingleton<IResourceReader>(store);
        collection.AddDiscovery(options);
        replace?.Invoke(collection);
        var host = new DoorHost(collection.BuildServiceProvider(), options, store, time, change);
        foreach (IHostedService service in host.services.GetServices<IHostedService>())
            await service.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Another server on the same store: what was in memory only is lost.</summary>
    public async Task<DoorHost> RestartAsync()
    {
        await StopAsync();
        return await StartAsync(change, Store, Time);
    }

    public async Task<(int Status, string Body, HttpResponseMessage Answer)> SendAsync(
        string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new StringContent(body);
        HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    /// <summary>PUT that must succeed; the body.</summary>
    public async Task<string> PutAsync(string path, string? body = null)
    {
        (int status, string text, _) = await SendAsync("PUT", path, body);
        Assert.True(status == 200, $"{path}: {status} {text}");
        return text;
    }

    public async Task<JsonElement> GetAsync(string path) => (await ReadAsync(path)).Json;

    public async Task<(JsonElement Json, ulong Index)> ReadAsync(string path)
    {
        (int status, string text, HttpResponseMessage answer) = await SendAsync("GET", path);
        Assert.True(status == 200, $"{path}: {status} {text}");
        ulong index = answer.Headers.TryGetValues("X-Consul-Index", out IEnumerable<string>? values)
            ? ulong.Parse(values.Single()) : 0;
        using JsonDocument document = JsonDocument.Parse(text);
        return (document.RootElement.Clone(), index);
    }

    /// <summary>Waits until a GET answers what is expected.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> expected)
    {
        JsonElement last = default;
        await EventuallyAsync(async () => expected(last = await GetAsync(path)), () => last.ToString());
        return last;
    }

    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string> explain)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, "Did not happen: " + explain());
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Moves the clock in small steps, so that what is due in between happens in order.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        for (TimeSpan moved = TimeSpan.Zero; moved < time; moved += TimeSpan.FromMilliseconds(500))
        {
            Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }
    }

    /// <summary>Moves the clock until a waiting request is answered; how far that was.</summary>
    public async Task<TimeSpan> AdvanceUntilAsync(Task answered, TimeSpan step)
    {
        TimeSpan moved = TimeSpan.Zero;
        await EventuallyAsync(() =>
        {
            if (answered.IsCompleted) return Task.FromResult(true);
            Time.Advance(step);
            moved += step;
            return Task.FromResult(false);
        }, () => $"still waiting after {moved}");
        return moved;
    }

    public Endpoint? EndpointOf(string id) => Store.Current.Get(Kinds.Endpoint, $"reg:node-a/{id}")?.Value;

    /// <summary>Sends bytes and reads until the server closes.</summary>
    public static async Task<string> RawAsync(IPEndPoint door, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(door, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public async Task StopAsync()
    {
        if (isStopped) return;
        isStopped = true;
        foreach (IHostedService service in services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        http.Dispose();
        Store.Dispose();
    }

    /// <summary>
    /// An address whose port is free for TCP and UDP, each given once, and below those that the system takes for
    /// outgoing connections: nobody else takes it before the door does.
    /// </summary>
    internal static IPEndPoint Free()
    {
        const int First = 20_000;
        const int Count = 10_000;
        while (true)
        {
            int port = First + ((Environment.ProcessId * 97 + Interlocked.Increment(ref given)) % Count);
            var address = new IPEndPoint(IPAddress.Loopback, port);
            if (IsFree(address, SocketType.Stream, ProtocolType.Tcp)
                && IsFree(address, SocketType.Dgram, ProtocolType.Udp))
                return address;
        }
    }

    private static bool IsFree(IPEndPoint address, SocketType type, ProtocolType protocol)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            probe.Bind(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class LockedRandom() : Random(7)
    {
        private readonly Lock gate = new();

        public override double NextDouble()
        {
            lock (gate) return base.NextDouble();
        }

        public override long NextInt64(long maxValue)
        {
            lock (gate) return base.NextInt64(maxValue);
        }

        public override void NextBytes(Span<byte> buffer)
        {
            lock (gate) base.NextBytes(buffer);
        }
    }
}
