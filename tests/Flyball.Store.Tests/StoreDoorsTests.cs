using Flyball.Base.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flyball.Store.Tests;

public sealed class StoreDoorsTests
{
    [Fact]
    public void AddSqliteStore_BadOptions_NamesEachKey()
    {
        var options = new SqliteStoreOptions
        {
            Directory =
                " ", PageBytes = 5_000, GroupTransactionsMax = 0, Limits = new StoreLimits { ValueBytesMax = 0 },
        };

        OptionsValidationException error =
            Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddSqliteStore(options));
        Assert.Equal(
            ["Directory", "GroupTransactionsMax", "Limits.ValueBytesMax", "PageBytes"],
            error.Failures.Select(failure => failure.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AddSqliteStore_DefaultOptions_AreValid()
    {
        using var directory = new TemporaryDirectory();
        using ServiceProvider services = new ServiceCollection()
            .AddSqliteStore(new SqliteStoreOptions { Directory = directory.Path }).BuildServiceProvider();

        Assert.Same(services.GetRequiredService<IResourceStore>(), services.GetRequiredService<IJournal>());
        Assert.Same(services.GetRequiredService<IResourceStore>(), services.GetRequiredService<IStoreBackup>());
    }

    [Fact]
    public void AddRemoteReader_BadOptions_NamesEachKey()
    {
        var options = new RemoteReaderOptions { File = "", ReconnectMin = TimeSpan.FromMinutes(1) };

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(
            () => new ServiceCollection().AddRemoteReader(options, () => new Random(1)));
        Assert.Equal(["File", "ReconnectMax"], error.Failures.Select(failure => failure.Split(' ')[0]));
    }
}
