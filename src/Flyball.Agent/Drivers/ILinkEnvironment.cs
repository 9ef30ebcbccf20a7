using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers;

/// <summary>Gives processes the stable local addresses of the services that they may call.</summary>
internal interface ILinkEnvironment
{
    /// <summary>
    /// Opens what is not open yet and adds <c>services__{service}__{port}__0</c> and <c>{SERVICE}_URL</c>.
    /// </summary>
    void AddTo(SortedDictionary<string, string> environment, string project, IReadOnlyList<ServiceLink> links);
}
