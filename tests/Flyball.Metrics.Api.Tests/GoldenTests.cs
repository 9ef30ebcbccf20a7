namespace Flyball.Metrics.Api.Tests;

/// <summary>Requests and their answers, byte for byte as far as JSON has bytes.</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("queries")]
    [InlineData("errors")]
    [InlineData("histograms")]
    [InlineData("listings")]
    [InlineData("expressions")]
    [InlineData("status")]
    [InlineData("federation")]
    public async Task Script_IsAnsweredAsWritten(string name)
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with
        {
            Flags = new Dictionary<string, string> { ["metrics-retention"] = "15d", ["metrics-admin-api"] = "off" },
            ExternalLabels = new Dictionary<string, string> { ["cluster"] = "eu" },
        });

        await new ApiScript(server).RunAsync(name);
    }

    [Fact]
    public async Task Script_WithTheAdminApi_IsAnsweredAsWritten()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { AdminApi = true });

        await new ApiScript(server).RunAsync("administration");
    }
}
