using System.Net;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Scaling;

/// <summary>To zero on the real executable: nothing runs while nobody asks, and the first request is served.</summary>
public sealed class ZeroTests
{
    private static readonly string[] Quickly =
        ["--telemetry-interval", "1s", "--scale-interval", "1s", "--scale-window", "5s"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static HttpClient Client(Platform platform) => new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{platform.GatewayPort}/"),
        DefaultRequestHeaders = { Host = ComposeText.Host },
    };

    /// <summary>One process; to zero when nobody asked for longer than a busy machine takes to start it.</summary>
    private static string Compose(string command, string wait, int replicas) => $$"""
        name: t
        services:
          web:
            x-driver: process
            working_dir: {{Executables.Shop("catalogue")}}
            command: {{command}}
            stop_grace_period: 2s
            deploy: { replicas: {{replicas}} }
            healthcheck: { test: ["HTTP", "/healthz"], interval: 1s, start_period: 20s }
            x-route: { host: {{ComposeText.Host}}, wait: {{wait}} }
            x-scale: { min: 0, max: 2, idle: 20s }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Idle_GoesToZero_AndOneInstanceAnswersAllWhoThenCome(bool separateRoles)
    {
        await using Platform platform = await Platform.StartAsync(separateRoles, extraArguments: Quickly);
        await platform.ApplyAsync(Compose("[\"dotnet\", \"Shop.Catalogue.dll\"]", "1m", replicas: 1));
        Instance before = Assert.Single(await platform.WaitForAsync("t.web", 1));
        await platform.WaitForAsync("t.web", 0);
        using HttpClient client = Client(platform);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => i % 2 == 0
            ? client.GetAsync("products", Cancellation)
            : client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "products") { Version = new Version(1, 0) },
                Cancellation)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Instance after = Assert.Single(await platform.RunningAsync("t.web"));
        Assert.NotEqual(before.Id, after.Id);
        (int code, string why) = await platform.CliAsync("why", "web");
        Assert.True(code == 0, why);
        Assert.Contains("scaled from 1 to 0. no request for 20 s", why, StringComparison.Ordinal);
        Assert.Matches(@"scaled from 0 to 1\. \d+ requests? waits? for an instance", why);
    }

    [Fact]
    public async Task InstanceThatCannotStart_IsToldAtTheDeadline_AndOneHeldByHandAtOnce()
    {
        await using Platform platform = await Platform.StartAsync(extraArguments: Quickly);
        await platform.ApplyAsync(Compose("[\"/bin/false\"]", "3s", replicas: 0));
        using HttpClient client = Client(platform);

        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => client.GetAsync("products", Cancellation)));

        foreach (HttpResponseMessage answer in answers)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("No instance of t.web (port http) was ready within 3 s",
                await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        // It was tried, and when nobody asks any more it is not tried any more.
        Assert.Contains("scaled from 0 to 1", (await platform.CliAsync("why", "web")).Output, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            async () => (await platform.CliAsync("why", "web")).Output.Contains(
                "scaled from 1 to 0", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60), () => platform.Server!.Output);

        Assert.Equal(0, (await platform.CliAsync("scale", "web=0", "--pin", "1h")).ExitCode);
        await HeldAsync("set to 0 replicas by hand until");
        Assert.Equal(0, (await platform.CliAsync("stop", "web")).ExitCode);
        await HeldAsync("t.web is stopped");

        Task HeldAsync(string words) => Eventually.TrueAsync(
            async () =>
            {
                using HttpResponseMessage held = await client.GetAsync("products", Cancellation);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, held.StatusCode);
                return (await held.Content.ReadAsStringAsync(Cancellation)).Contains(words, StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(30), () => platform.Server!.Output);
    }
}
