# shellcheck shell=bash
# Sets what differs by pod: `ordinal`, and `advertised`, the broker's advertised listeners (empty for a
# controller).
#
# LISTENERS has `NAME://:PORT` for a listener for pods, which is advertised by the pod's own name, and
# `NAME://HOST:PORT` for one for clients outside of the cluster: with {broker} in HOST for the broker's number,
# or else with the port of the first broker. Listeners are separated by spaces. HEADLESS_SERVICE and POD_NAMESPACE complete the pod's name. Kubernetes sets
# HOSTNAME.
ordinal=${HOSTNAME##*-}
advertised=
for listener in ${LISTENERS-}; do
  address=${listener#*://}
  case $address in
    :*) address=$HOSTNAME.$HEADLESS_SERVICE.$POD_NAMESPACE.svc$address ;;
    *'{broker}'*) address=${address//'{broker}'/$ordinal} ;;
    *) address=${address%:*}:$((${address##*:} + ordinal)) ;;
  esac
  advertised+=${advertised:+,}${listener%%://*}://$address
done
