using System.Net;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Telemetry;

/// <summary>The agent's OTLP doors on the real executable.</summary>
public sealed class TelemetryDoorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Doors_OpenWithTheAgent_TakeOtlpOverHttpAndGrpc(bool separateRoles)
    {
        await using Platform platform = await Platform.StartAsync(separateRoles);
        using var http = new HttpClient();

        using HttpResponseMessage overHttp = await PostAsync(
            http, $"http://127.0.0.1:{platform.OtlpHttpPort}/v1/traces", HttpVersion.Version11, "application/json",
            """{"resourceSpans":[]}"""u8.ToArray());
        using HttpResponseMessage overGrpc = await PostAsync(
            http, $"http://127.0.0.1:{platform.OtlpGrpcPort}/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            HttpVersion.Version20, "application/grpc", new byte[5]);

        Assert.Equal("{}", await overHttp.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("0", Assert.Single(overGrpc.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Task_IsToldOfTheDoor()
    {
        await using Platform platform = await Platform.StartAsync();
        await platform.ApplyAsync("""
            name: t
            services:
              web:
                x-driver: process
                command: ["sleep", "100000"]
            """);

        (int code, string output) = await platform.CliAsync("exec", "web", "--", "env");

        Assert.True(code == 0, output);
        Assert.Contains($"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{platform.OtlpGrpcPort}", output,
            StringComparison.Ordinal);
        Assert.Contains("OTEL_EXPORTER_OTLP_PROTOCOL=grpc", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Door_TakenByAnother_IsNamedWithItsSetting()
    {
        await using Platform first = await Platform.StartAsync();
        await using Running second = Running.Start(Executables.Flyball,
            ["agent", "--data", Path.Combine(first.Directory, "second"), "--otlp-grpc-listen",
                $"127.0.0.1:{first.OtlpGrpcPort}",
                "--otlp-http-listen", "none"]);

        await second.Process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, second.Process.ExitCode);
        Assert.Contains("--otlp-grpc-listen", second.Output, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient http, string url, Version version, string type, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { { "Content-Type", type } } },
        };
        HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{url}: {answer.StatusCode}");
        await answer.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
        return answer;
    }
}
