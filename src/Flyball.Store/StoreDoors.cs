using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Store;

/// <summary>What a composition root calls.</summary>
public static class StoreDoors
{
    /// <summary>
    /// The store on SQLite as <see cref="IResourceStore"/>, <see cref="IResourceReader"/>, <see cref="ILeases"/>,
    /// <see cref="IJournal"/> and <see cref="IStoreBackup"/>; opened at its first use, closed with the container.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message lists every problem.</exception>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services, SqliteStoreOptions options)
    {
        ValidateOptionsResult verdict = new SqliteStoreOptionsValidator().Validate(null, options);
        if (verdict.Failed) throw new OptionsValidationException("store", typeof(SqliteStoreOptions), verdict.Failures);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IWorkers>(PoolWorkers.Instance);
        services.AddLogging();
        services.AddSingleton(provider => new SqliteResourceStore(
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IWorkers>(),
            provider.GetRequiredService<ILogger<SqliteResourceStore>>()));
        services.AddSingleton<IResourceStore>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton<IResourceReader>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton<ILeases>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton<IJournal>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton<IStoreBackup>(provider => provider.GetRequiredService<SqliteResourceStore>());
        return services;
    }
}
