using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Apis.Keeping;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;

namespace Flyball.Apis.Tests.Keeping;

/// <summary>Instances on real sockets that answer as no instance should.</summary>
public sealed class FetchTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ApisMetrics metrics = new();
    private readonly CancellationTokenSource ending = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public FetchTests() => listener.Start();

    public void Dispose()
    {
        ending.Cancel();
        listener.Dispose();
        metrics.Dispose();
        ending.Dispose();
    }

    [Fact]
    public async Task Fetch_GoodAnswer_IsTheBytes()
    {
        FetchOutcome outcome = await FetchAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");

        Assert.Equal("hello"u8.ToArray(), outcome.Bytes);
        Assert.Null(outcome.Problem);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "/openapi.json: it answers 404")]
    [InlineData(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "/openapi.json: redirects are not followed; it answers 302")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "/openapi.json: larger than 1000 bytes (DocumentBytesMax)")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        "/openapi.json: it is packed, which nobody asked for")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "/openapi.json: no answer")]
    [InlineData("", "/openapi.json: no answer")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "/openapi.json: no answer")]
    public async Task Fetch_WrongAnswer_SaysWhatIsWrong(string answer, string problem)
    {
        FetchOutcome outcome = await FetchAsync(answer);

        Assert.Null(outcome.Bytes);
        Assert.StartsWith(problem, outcome.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_AnswerWithoutEnd_StopsAtTheBound()
    {
        string endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + string.Concat(Enumerable.Repeat("ff\r\n" + new string('x', 255) + "\r\n", 100));

        FetchOutcome outcome = await FetchAsync(endless, hangs: true);

        Assert.Equal("/openapi.json: larger than 1000 bytes (DocumentBytesMax)", outcome.Problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nslow")]
    public async Task Fetch_InstanceThatHangs_EndsWithItsTime(string answer)
    {
        FetchOutcome outcome = await FetchAsync(answer, hangs: true, TimeSpan.FromMilliseconds(200));

        Assert.Equal("/openapi.json: not all of it came within 0.2 s", outcome.Problem);
    }

    [Fact]
    public async Task Fetch_NobodyListens_SaysSo()
    {
        Endpoint gone = Instance();
        listener.Stop();

        using DocumentFetcher fetcher = FetcherOf(TimeSpan.FromSeconds(30));
        FetchOutcome outcome = await fetcher.FetchAsync(gone, "/openapi.json", Cancellation);

        Assert.StartsWith("/openapi.json: no answer", outcome.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@127.0.0.1:1/openapi.json")]
    [InlineData("0/openapi.json")]
    [InlineData(".example/openapi.json")]
    public async Task Fetch_PathThatLeadsElsewhere_IsNotAsked(string path)
    {
        using DocumentFetcher fetcher = FetcherOf(TimeSpan.FromSeconds(30));
        FetchOutcome outcome = await fetcher.FetchAsync(Instance(), path, Cancellation);

        Assert.EndsWith("is no address of the instance", outcome.Problem, StringComparison.Ordinal);
    }

    private async Task<FetchOutcome> FetchAsync(string answer, bool hangs = false, TimeSpan? timeout = null)
    {
        using DocumentFetcher fetcher = FetcherOf(timeout ?? TimeSpan.FromSeconds(30));
        Task serving = ServeAsync(answer, hangs);
        FetchOutcome outcome = await fetcher.FetchAsync(Instance(), "/openapi.json", Cancellation);
        await ending.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return outcome;
    }

    private DocumentFetcher FetcherOf(TimeSpan timeout) => new(
        new ApisOptions { DocumentBytesMax = 1_000, FetchTimeout = timeout }, metrics, TimeProvider.System);

    private async Task ServeAsync(string answer, bool hangs)
    {
        // Each time: a client asks again when a connection ends before its answer begins.
        while (true)
        {
            using Socket client = await listener.AcceptSocketAsync(ending.Token);
            byte[] request = new byte[4_096];
            await client.ReceiveAsync(request, ending.Token);
            await client.SendAsync(Encoding.ASCII.GetBytes(answer), ending.Token);
            if (hangs) await Task.Delay(Timeout.Infinite, ending.Token);
            client.Shutdown(SocketShutdown.Send);
        }
    }

    private Endpoint Instance() => new()
    {
        Service = "shop.web",
        Port = "http",
        Allocation = "a1",
        Version = 1,
        Node = "n1",
        Address = "127.0.0.1",
        PortNumber = ((IPEndPoint)listener.LocalEndpoint).Port,
        Health = HealthState.Passing,
    };
}
