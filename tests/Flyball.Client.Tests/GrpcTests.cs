using Flyball.Discovery.Tests.Doors;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Client.Tests;

/// <summary>A gRPC channel to a name of the catalogue, with real services behind it.</summary>
public sealed class GrpcTests
{
    [Fact]
    public async Task Channel_ByName_GoesRoundAndFollows()
    {
        await using DoorHost catalogue = await DoorHost.StartAsync(isReal: true);
        await using Backend one = await Backend.StartAsync("one", isGrpc: true);
        await using Backend two = await Backend.StartAsync("two", isGrpc: true);
        await one.RegisterAsync(catalogue, "shop.cart", "g1");
        await using ServiceProvider services = HttpClientTests.Application(catalogue, flyballFirst: true);
        using GrpcChannel channel = GrpcChannel.ForAddress("flyball:///shop.cart", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = services,
        });
        var client = new Health.HealthClient(channel);
        await CallAsync(client);
        Assert.Equal((1, 0), (one.Calls, two.Calls));

        await two.RegisterAsync(catalogue, "shop.cart", "g2");
        await UntilOnlyAsync(client, () => two.Calls > 0, "the second is called");
        await catalogue.PutAsync("agent/service/deregister/g1");
        int last = 0;
        int quiet = 0;
        await UntilOnlyAsync(client, () =>
        {
            quiet = one.Calls == last ? quiet + 1 : 0;
            last = one.Calls;
            return quiet == 10;
        }, "the first is called no more");
    }

    [Fact]
    public async Task Channel_NameOfNobody_SaysSo()
    {
        await using DoorHost catalogue = await DoorHost.StartAsync(isReal: true);
        await using ServiceProvider services = HttpClientTests.Application(catalogue, flyballFirst: true);
        using GrpcChannel channel = GrpcChannel.ForAddress("flyball:///nix", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = services,
        });
        RpcException refusal = await Assert.ThrowsAsync<RpcException>(
            () => CallAsync(new Health.HealthClient(channel)));
        Assert.Contains("nix has no instance that passes", refusal.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task CallAsync(Health.HealthClient client)
    {
        HealthCheckResponse answer = await client.CheckAsync(
            new HealthCheckRequest { Service = "who" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    private static Task UntilOnlyAsync(Health.HealthClient client, Func<bool> condition, string what) =>
        DoorHost.EventuallyAsync(async () =>
        {
            await CallAsync(client);
            return condition();
        }, () => what);
}
