using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace Flyball.Client.Tests;

/// <summary>The package as <c>dotnet pack</c> makes it.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task Pack_Client_HasTheLibraryItsReadmeAndNothingOfOurs()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Flyball.slnx"))) root = Path.GetDirectoryName(root)!;
        string folder = Directory.CreateTempSubdirectory("flyball-pack-").FullName;
        using Process pack = Process.Start(new ProcessStartInfo("dotnet",
            ["pack", "src/Flyball.Client", "-c", "Release", "--no-build", "-o", folder, "-nologo"])
            { WorkingDirectory = root, RedirectStandardOutput = true })!;
        string output = await pack.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await pack.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(pack.ExitCode == 0, output);

        using ZipArchive package = ZipFile.OpenRead(Directory.GetFiles(folder, "Flyball.Client.*.nupkg").Single());
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Contains("lib/net10.0/Flyball.Client.dll", files);
        Assert.Contains("lib/net10.0/Flyball.Client.xml", files);
        Assert.Contains("README.md", files);
        await using Stream stream = package.GetEntry("Flyball.Client.nuspec")!.Open();
        XDocument about = await XDocument.LoadAsync(stream, default, TestContext.Current.CancellationToken);
        string[] needs = [.. about.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal)];
        Assert.Equal(["Grpc.Net.Client", "Microsoft.Extensions.ServiceDiscovery"], needs);
        Assert.DoesNotContain(typeof(FlyballDiscoveryOptions).Assembly.GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith("Flyball", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }
}
