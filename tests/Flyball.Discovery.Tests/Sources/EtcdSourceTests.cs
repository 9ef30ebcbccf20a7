using Flyball.Discovery.Sources;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Sources;

/// <summary>Against Debian's etcd.</summary>
public sealed class EtcdSourceTests
{
    [Fact]
    public async Task Etcd_EveryForm_BecomesEndpointsAndFollows()
    {
        await using EtcdProcess etcd = await EtcdProcess.StartAsync();
        await etcd.PutAsync("/services/web/1", "10.0.0.1:8080");
        await etcd.PutAsync("/services/web/2", """{"address":"10.0.0.2","port":8080,"weight":3,"tags":["a"]}""");
        await etcd.PutAsync("/services/web/3", """{"Op":0,"Addr":"10.0.0.3:8080","Metadata":null}""");
        await etcd.PutAsync("/servicesbeside/web/9", "10.0.0.9:8080");
        await using DoorHost host = await SourceHost.StartAsync(etcd.Address + "/services/");
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080");
        await host.UntilAsync(status => status is { State: SourceState.Current, Endpoints: 3, Services: 1 });
        await host.UntilAsync(_ => host.Index.Services().Any(one => one.Name == "web"));

        await etcd.PutAsync("/services/web/4", "10.0.0.4:8080");
        await etcd.DeleteAsync("/services/web/1");
        await host.UntilEndpointsAsync("web", "10.0.0.2:8080", "10.0.0.3:8080", "10.0.0.4:8080");
    }

    [Fact]
    public async Task Etcd_KilledInBetween_TakesNothingAwayAndFollowsAfterwards()
    {
        await using EtcdProcess etcd = await EtcdProcess.StartAsync();
        await etcd.PutAsync("/services/web/1", "10.0.0.1:8080");
        DoorHost host = await SourceHost.StartAsync(etcd.Address + "/services/", emptyAfter: TimeSpan.FromSeconds(1));
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080");
        await etcd.KillAsync();
        await host.UntilAsync(status => status.State == SourceState.Away);
        Assert.Equal(["10.0.0.1:8080"], host.Endpoints("web"));

        // The server restarts while the source is away: it knows what it knew.
        await host.StopAsync();
        await using DoorHost after = await SourceHost.StartAsync(
            etcd.Address + "/services/", host.Store, TimeSpan.FromSeconds(1));
        await after.UntilAsync(status => status is { State: SourceState.Away, Endpoints: 1 });
        Assert.Equal(["10.0.0.1:8080"], after.Endpoints("web"));

        await etcd.StartAgainAsync();
        await after.UntilAsync(status => status.State == SourceState.Current);
        await etcd.PutAsync("/services/web/2", "10.0.0.2:8080");
        await after.UntilEndpointsAsync("web", "10.0.0.1:8080", "10.0.0.2:8080");
    }

    [Fact]
    public async Task Etcd_Emptied_TakesAwayOnlyWhenConfirmed()
    {
        await using EtcdProcess etcd = await EtcdProcess.StartAsync();
        await etcd.PutAsync("/services/web/1", "10.0.0.1:8080");
        await etcd.PutAsync("/services/api/1", "10.0.0.5:8080");
        await using (DoorHost host = await SourceHost.StartAsync(etcd.Address + "/services/"))
        {
            await host.UntilEndpointsAsync("web", "10.0.0.1:8080");
            await etcd.DeleteAsync("/services/web/1");
            await host.UntilAsync(status => status.Confirming == 1);
            long? answered = host.Status().AnsweredUnixMs;
            await host.UntilAsync(status => status.AnsweredUnixMs > answered);
            Assert.Equal(["10.0.0.1:8080"], host.Endpoints("web"));
        }

        await etcd.PutAsync("/services/web/1", "10.0.0.1:8080");
        await using DoorHost quick = await SourceHost.StartAsync(
            etcd.Address + "/services/", emptyAfter: TimeSpan.FromMilliseconds(500));
        await quick.UntilEndpointsAsync("web", "10.0.0.1:8080");
        await etcd.DeleteAsync("/services/web/1");
        await quick.UntilEndpointsAsync("web");
        Assert.Equal(["10.0.0.5:8080"], quick.Endpoints("api"));
    }

    [Fact]
    public async Task Etcd_Garbage_KeepsTheLastKnownAndIsTold()
    {
        await using EtcdProcess etcd = await EtcdProcess.StartAsync();
        await etcd.PutAsync("/services/web/1", "10.0.0.1:8080");
        await etcd.PutAsync("/services/web/2", "10.0.0.2:8080");
        await using DoorHost host = await SourceHost.StartAsync(etcd.Address + "/services/");
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080", "10.0.0.2:8080");
        await etcd.PutAsync("/services/web/1", "{\"address\":");
        await etcd.PutAsync("/services/web/2", "10.0.0.22:8080");
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080", "10.0.0.22:8080");
        await host.UntilAsync(status => status.Unreadable == 1);
        await etcd.PutAsync("/services/we\nb/1", "10.0.0.1:8080");
        await etcd.PutAsync($"/services/{new string('n', 256)}/1", "10.0.0.1:8080");
        await host.UntilAsync(status => status is { Unreadable: 3, Services: 1, Endpoints: 2 });
    }

    [Fact]
    public async Task Source_NotSetAnyMore_TakesItsEndpointsWithIt()
    {
        await using EtcdProcess etcd = await EtcdProcess.StartAsync();
        await etcd.PutAsync("/services/web/1", "10.0.0.1:8080");
        DoorHost host = await SourceHost.StartAsync(etcd.Address + "/services/");
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080");
        await host.PutAsync("agent/service/register", """{"Name":"web","Address":"10.0.0.7","Port":1}""");
        await host.StopAsync();
        await using DoorHost without = await SourceHost.StartAsync(null, host.Store);
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(without.Endpoints("web").SequenceEqual(["10.0.0.7:1"])),
            () => string.Join(' ', without.Endpoints("web")));
    }
}
