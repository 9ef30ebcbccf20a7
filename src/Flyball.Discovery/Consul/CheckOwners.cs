using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>
/// Whose a check's id is. On this server's node each belongs to one service or to the node: by it alone clients tell
/// the check's state.
/// </summary>
internal sealed class CheckOwners(CheckBook book, DiscoveryOptions options)
{
    /// <param name="field">The id's name in the request.</param>
    /// <param name="id">The id.</param>
    /// <param name="node">Where the check is to be.</param>
    /// <param name="service">Its service there; empty for the node's own.</param>
    /// <exception cref="ConsulException">It is another's.</exception>
    public void Require(string field, string id, string node, string service)
    {
        if (node != options.NodeName) return;
        string row = service.Length > 0
            ? RegistrationKinds.ServiceName(node, service) : CheckBook.RowOfNode(RegistrationKinds.NameOf(node));
        if (id == RegistrationKinds.NodeAlive || (book.Find(id) is { } known && known.Row != row))
            throw new ConsulException(400, $"{field} \"{id}\" is already that of another service or of the node");
    }

    /// <summary>How many checks one service or node has.</summary>
    /// <exception cref="ConsulException">They are too many.</exception>
    public RegisteredCheck[] Bounded(RegisteredCheck[] checks) => checks.Length <= options.ChecksMax ? checks
        : throw new ConsulException(429, $"{nameof(options.ChecksMax)}: at most {options.ChecksMax} checks are kept");
}
