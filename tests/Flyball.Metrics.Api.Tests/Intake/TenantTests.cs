using System.Net;
using Flyball.Metrics.Api.Tests.Peers;

namespace Flyball.Metrics.Api.Tests.Intake;

public sealed class TenantTests
{
    [Fact]
    public async Task Write_TenantBeyondItsSeries_IsRefusedAndOthersAreNot()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { SeriesPerTenantMax = 1 });
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server, "red", "a")).Status);
        (HttpStatusCode status, string text) = await SendAsync(server, "red", "b");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("TenantSeriesLimit", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server, "blue", "b")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server, "red", "a")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(server, new string('x', 129), "c")).Status);
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(
        ApiServer server, string tenant, string name)
    {
        using var http = new HttpClient { BaseAddress = server.Http.BaseAddress };
        http.DefaultRequestHeaders.Add("X-Scope-OrgID", tenant);
        using HttpResponseMessage answer = await new RemoteWriteMessage()
            .Add([("__name__", name)], (7_100_000, 1)).PostAsync(http, new Uri("/api/v1/write", UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
