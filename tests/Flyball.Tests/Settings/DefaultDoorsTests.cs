using System.Net;
using System.Net.Sockets;
using Flyball.Hosting;
using Flyball.Roles;
using Flyball.Settings;

namespace Flyball.Tests.Settings;

/// <summary>Where a Consul or an etcd runs already.</summary>
public sealed class DefaultDoorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-doors-").FullName;
    private readonly Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket otherUdp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public DefaultDoorsTests()
    {
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        otherUdp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    private IPEndPoint Taken => (IPEndPoint)other.LocalEndPoint!;

    public void Dispose()
    {
        other.Dispose();
        otherUdp.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void DoorThatNobodySet_Taken_IsLeftOutWithAWarningThatNamesTheFlag()
    {
        ServerSettings settings = Read();
        Assert.Equal(DiscoverySettings.Doors, settings.DiscoveryDoorsUnset);
        settings = settings with
        {
            Discovery = settings.Discovery with
            {
                Consul = Taken, EtcdKeys = null, Dns = (IPEndPoint)otherUdp.LocalEndPoint!,
            },
        };
        var warnings = new List<string>();
        ServerSettings left = DefaultDoors.LeaveOutTaken(settings, warnings.Add);

        Assert.Null(left.Discovery.Consul);
        Assert.Null(left.Discovery.Dns);
        Assert.Collection(
            warnings,
            warning => Assert.Matches($"^warning: {Taken} cannot be used .*--consul-listen", warning),
            warning => Assert.Contains("--dns-listen", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void DoorThatNobodySet_Free_Stays()
    {
        var free = new IPEndPoint(IPAddress.Loopback, Harness.Ports.Next());
        ServerSettings settings = Read();
        settings = settings with { Discovery = settings.Discovery with { Consul = free, EtcdKeys = null, Dns = null } };
        Assert.Equal(free, DefaultDoors.LeaveOutTaken(settings, Assert.Fail).Discovery.Consul);
    }

    [Fact]
    public void DoorThatIsSet_Taken_IsRefusedByItsName()
    {
        ServerSettings settings = Read($"{Taken}");
        Assert.Equal([DiscoverySettings.EtcdKeys, DiscoverySettings.Dns], settings.DiscoveryDoorsUnset);
        settings = settings with
        {
            DiscoveryDoorsUnset = [.. settings.DiscoveryDoorsUnset.Where(door => door == DiscoverySettings.Consul)],
        };
        ServerSettings left = DefaultDoors.LeaveOutTaken(settings, Assert.Fail);
        RoleFailure failure = Assert.Throws<RoleFailure>(
            () => Doors.EnsureFree((DiscoverySettings.Consul, left.Discovery.Consul)));
        Assert.StartsWith($"--consul-listen: {Taken} cannot be used", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_AreReadAndRefusedByName()
    {
        ServerSettings settings = Read(
            sources: "east=consul://10.0.0.5:8500?prefix=east.,old=etcd://10.0.0.6:2379/services/");
        Assert.Equal(["east", "old"], settings.Discovery.Sources.Select(source => source.Name));
        (_, IReadOnlyList<string> problems) = SettingsReader.Read(
            setting => setting.Name == "data" ? folder
                : setting.Name == "discovery-sources" ? "a=ftp://x,b=dns://10.0.0.1,c=dns://h/n?port=x" : null,
            null, _ => null);
        Assert.Equal(3, problems.Count);
        Assert.All(problems, problem => Assert.StartsWith("--discovery-sources: ", problem, StringComparison.Ordinal));
    }

    private ServerSettings Read(string? consul = null, string? sources = null)
    {
        (ServerSettings? settings, IReadOnlyList<string> problems) = SettingsReader.Read(
            setting => setting.Name switch
            {
                "data" => folder,
                "consul-listen" => consul,
                "discovery-sources" => sources,
                _ => null,
            }, null, _ => null);
        Assert.Empty(problems);
        return settings!;
    }
}
