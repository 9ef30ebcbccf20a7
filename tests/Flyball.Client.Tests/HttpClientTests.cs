using Flyball.Discovery.Tests.Doors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Client.Tests;

/// <summary>An unmodified <c>HttpClient</c> against a real Consul door and real services.</summary>
public sealed class HttpClientTests
{
    [Fact]
    public async Task HttpClient_ByName_FollowsWhatIsRegisteredAndPasses()
    {
        await using DoorHost catalogue = await DoorHost.StartAsync(isReal: true);
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await one.RegisterAsync(catalogue, "shop.web", "w1");
        await using ServiceProvider services = Application(catalogue, flyballFirst: false);
        HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await UntilAnswersAsync(client, "http://shop.web/", "one");

        await two.RegisterAsync(catalogue, "shop.web", "w2");
        await UntilAnswersAsync(client, "http://shop.web/", "one", "two");
        await catalogue.PutAsync("agent/check/fail/c-w1");
        await UntilAnswersAsync(client, "http://shop.web/", "two");
        await catalogue.PutAsync("agent/check/pass/c-w1");
        await catalogue.PutAsync("agent/service/deregister/w2");
        await UntilAnswersAsync(client, "http://shop.web/", "one");
    }

    [Fact]
    public async Task HttpClient_NamedPort_IsTheServiceOfThatPort()
    {
        await using DoorHost catalogue = await DoorHost.StartAsync(isReal: true);
        await using Backend admin = await Backend.StartAsync("admin");
        await admin.RegisterAsync(catalogue, "shop.web-admin", "a1");
        await using ServiceProvider services = Application(catalogue, flyballFirst: true);
        HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await UntilAnswersAsync(client, "http://_admin.shop.web/", "admin");
    }

    [Fact]
    public async Task HttpClient_CatalogueAway_KeepsTheLastKnown()
    {
        await using DoorHost catalogue = await DoorHost.StartAsync(isReal: true);
        await using Backend one = await Backend.StartAsync("one");
        await one.RegisterAsync(catalogue, "shop.web", "w1");
        await using ServiceProvider services = Application(catalogue, flyballFirst: true);
        HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await UntilAnswersAsync(client, "http://shop.web/", "one");
        await catalogue.StopAsync();
        for (int i = 0; i < 10; i++) Assert.Equal("one", await GetAsync(client, "http://shop.web/"));
    }

    [Fact]
    public async Task HttpClient_AddressInsteadOfAName_GoesWhereItSays()
    {
        await using DoorHost catalogue = await DoorHost.StartAsync(isReal: true);
        await using Backend one = await Backend.StartAsync("one");
        await using ServiceProvider services = Application(catalogue, flyballFirst: true);
        HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        Assert.Equal("one", await GetAsync(client, $"http://{one.Door}/"));
    }

    internal static ServiceProvider Application(DoorHost catalogue, bool flyballFirst)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        if (!flyballFirst) services.AddServiceDiscovery();
        services.AddFlyballDiscovery(flyball => flyball.Address = new Uri($"http://{catalogue.Options.Consul}"));
        if (flyballFirst) services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        return services.BuildServiceProvider();
    }

    /// <summary>Until the last answers came from these and from no other.</summary>
    private static async Task UntilAnswersAsync(HttpClient client, string url, params string[] expected)
    {
        var seen = new Queue<string>();
        await DoorHost.EventuallyAsync(async () =>
        {
            seen.Enqueue(await GetAsync(client, url));
            if (seen.Count > 8) seen.Dequeue();
            return seen.Count == 8 && seen.Distinct().Order().SequenceEqual(expected);
        }, () => string.Join(' ', seen));
    }

    private static async Task<string> GetAsync(HttpClient client, string url)
    {
        try
        {
            return await client.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            return e.Message;
        }
    }
}
