// A FIX acceptor on QuickFIX for the tests: it takes orders, fills those above a price, and does what standard input says.
#include <quickfix/Application.h>
#include <quickfix/FileLog.h>
#include <quickfix/FileStore.h>
#include <quickfix/Session.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/Values.h>

#include <unistd.h>

#include <ctime>
#include <iostream>
#include <map>
#include <mutex>
#include <string>

using FIX::Message;
using FIX::SessionID;

namespace {

std::mutex output;

void say(const std::string& line) {
  std::lock_guard<std::mutex> lock(output);
  std::cout << line << std::endl;
}

std::string fieldOf(const FIX::FieldMap& map, int tag) {
  return map.isSetField(tag) ? map.getField(tag) : std::string();
}

struct Order {
  std::string symbol, side, quantity, price;
};

class Broker : public FIX::Application {
 public:
  SessionID session;
  bool quiet = false;

  void onCreate(const SessionID& id) override { session = id; }
  void onLogon(const SessionID&) override { say("logon"); }
  void onLogout(const SessionID&) override { say("logout"); }
  void toAdmin(Message& message, const SessionID&) override { show('>', message); }
  void toApp(Message&, const SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const Message& message, const SessionID&) throw(
      FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) override {
    show('<', message);
  }
  void fromApp(const Message& message, const SessionID& id) throw(
      FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
      FIX::UnsupportedMessageType) override {
    show('<', message);
    const std::string type = message.getHeader().getField(35);
    if (type == "D") place(message, id);
    else if (type == "F") cancel(message, id);
    else if (type == "G") replace(message, id);
    else if (type == "H") tell(message, id);
    else if (type == "V") snapshot(message, id);
    else throw FIX::UnsupportedMessageType();
  }

  /** Executions of orders that nobody sent, as fast as they go. */
  void flood(const SessionID& id, int count, const std::string& name) {
    Order order{"ESZ6", "1", "1", "5000"};
    for (int each = 0; each < count; each++) fill(order, name + std::to_string(each), id);
  }

 private:
  std::map<std::string, Order> open_;
  std::mutex mutex_;
  // Never the same again, whichever process it is.
  std::string run_ = std::to_string(::time(nullptr)) + "-" + std::to_string(::getpid());
  int executions_ = 0;

  void show(char direction, const Message& message) {
    const auto& header = message.getHeader();
    const std::string& type = header.getField(35);
    // Ends and refusals are always told.
    if (quiet && type != "3" && type != "5") return;
    std::string line(1, direction);
    line += " " + type + " " + header.getField(34);
    if (header.isSetField(43)) line += " dup=" + header.getField(43);
    for (int tag : {7, 16, 36, 123, 112, 45, 373, 58})
      if (message.isSetField(tag)) line += " " + std::to_string(tag) + "=" + message.getField(tag);
    say(line);
  }

  Message report(const Order& order, const std::string& id, const std::string& execType,
                 const std::string& status, const std::string& filled, const std::string& left) {
    const bool old = session.getBeginString().getValue() == "FIX.4.2";
    Message message;
    message.getHeader().setField(8, session.getBeginString().getValue());
    message.getHeader().setField(35, "8");
    message.setField(37, "O-" + id);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      message.setField(17, run_ + "-" + std::to_string(++executions_));
    }
    if (old) message.setField(20, execType == "I" ? "3" : "0");
    const std::string type = !old ? execType : execType == "F" ? (left == "0" ? "2" : "1") : execType == "I" ? status : execType;
    message.setField(150, type);
    message.setField(39, status);
    message.setField(11, id);
    message.setField(55, order.symbol);
    message.setField(54, order.side);
    message.setField(38, order.quantity);
    message.setField(14, filled);
    message.setField(151, left);
    message.setField(6, filled == "0" ? "0" : order.price);
    return message;
  }

  void send(Message& message, const SessionID& id) { FIX::Session::sendToTarget(message, id); }

  void fill(const Order& order, const std::string& name, const SessionID& id) {
    Message message = report(order, name, "F", "2", order.quantity, "0");
    message.setField(31, order.price);
    message.setField(32, order.quantity);
    send(message, id);
  }

  void place(const Message& message, const SessionID& id) {
    const std::string name = message.getField(11);
    Order order{message.getField(55), message.getField(54), message.getField(38), fieldOf(message, 44)};
    if (std::stod(order.quantity) > 1000) {
      Message refusal = report(order, name, "8", "8", "0", "0");
      refusal.setField(103, "3");
      refusal.setField(58, "too large");
      send(refusal, id);
      return;
    }
    Message taken = report(order, name, "0", "0", "0", order.quantity);
    send(taken, id);
    if (!order.price.empty() && std::stod(order.price) >= 6000) fill(order, name, id);
    else open_[name] = order;
  }

  void refuse(const Message& message, const SessionID& id, const char* answers) {
    Message refusal;
    refusal.getHeader().setField(8, session.getBeginString().getValue());
    refusal.getHeader().setField(35, "9");
    refusal.setField(37, "NONE");
    refusal.setField(11, message.getField(11));
    refusal.setField(41, message.getField(41));
    refusal.setField(39, "8");
    refusal.setField(434, answers);
    refusal.setField(102, "1");
    send(refusal, id);
  }

  void cancel(const Message& message, const SessionID& id) {
    auto found = open_.find(message.getField(41));
    if (found == open_.end()) return refuse(message, id, "1");
    Message done = report(found->second, message.getField(11), "4", "4", "0", "0");
    done.setField(41, message.getField(41));
    open_.erase(found);
    send(done, id);
  }

  void replace(const Message& message, const SessionID& id) {
    auto found = open_.find(message.getField(41));
    if (found == open_.end()) return refuse(message, id, "2");
    Order order = found->second;
    order.quantity = message.getField(38);
    order.price = fieldOf(message, 44);
    open_.erase(found);
    open_[message.getField(11)] = order;
    Message done = report(order, message.getField(11), "5", "0", "0", order.quantity);
    done.setField(41, message.getField(41));
    send(done, id);
  }

  void tell(const Message& message, const SessionID& id) {
    const std::string name = message.getField(11);
    auto found = open_.find(name);
    if (found == open_.end()) {
      Order none{message.getField(55), message.getField(54), "0", "0"};
      Message answer = report(none, name, "I", "8", "0", "0");
      answer.setField(103, "5");
      send(answer, id);
      return;
    }
    Message answer = report(found->second, name, "I", "0", "0", found->second.quantity);
    send(answer, id);
  }

  void snapshot(const Message& message, const SessionID& id) {
    Message answer;
    answer.getHeader().setField(8, session.getBeginString().getValue());
    answer.getHeader().setField(35, "W");
    answer.setField(262, message.getField(262));
    answer.setField(55, "ESZ6");
    for (int side = 0; side < 2; side++) {
      FIX::Group entry(268, 269);
      entry.setField(269, std::to_string(side));
      entry.setField(270, side == 0 ? "5000.25" : "5000.50");
      entry.setField(271, "10");
      answer.addGroup(entry);
    }
    send(answer, id);
  }
};

}  // namespace

int main(int, char** arguments) {
  try {
    Broker broker;
    FIX::SessionSettings settings(arguments[1]);
    FIX::FileStoreFactory stores(settings);
    FIX::FileLogFactory logs(settings);
    FIX::SocketAcceptor acceptor(broker, stores, settings, logs);
    acceptor.start();
    say("ready");
    std::string command;
    while (std::cin >> command) {
      FIX::Session* session = FIX::Session::lookupSession(broker.session);
      if (command == "quit") break;
      if (command == "quiet") broker.quiet = true;
      else if (command == "loud") broker.quiet = false;
      else if (command == "numbers")
        say("numbers " + std::to_string(session->getExpectedSenderNum()) + " " +
            std::to_string(session->getExpectedTargetNum()));
      else if (command == "expect") {
        int number;
        std::cin >> number;
        session->setNextTargetMsgSeqNum(number);
        say("expects " + std::to_string(number));
      } else if (command == "skip") {
        int number;
        std::cin >> number;
        session->setNextSenderMsgSeqNum(number);
        say("skipped to " + std::to_string(number));
      } else if (command == "reset") {
        // The other mode: no gap is filled, numbers simply go on from there.
        int number;
        std::cin >> number;
        Message reset;
        reset.getHeader().setField(35, "4");
        reset.setField(36, std::to_string(number));
        FIX::Session::sendToTarget(reset, broker.session);
        session->setNextSenderMsgSeqNum(number);
        say("reset to " + std::to_string(number));
      } else if (command == "test") {
        Message request;
        request.getHeader().setField(35, "1");
        request.setField(112, "ARE-YOU-THERE");
        FIX::Session::sendToTarget(request, broker.session);
      } else if (command == "flood") {
        int count;
        std::string name;
        std::cin >> count >> name;
        broker.flood(broker.session, count, name);
        say("flooded " + std::to_string(count));
      } else if (command == "logout") session->logout("the day is over");
      else if (command == "logon") session->logon();
      else say("unknown " + command);
    }
    acceptor.stop(true);
  } catch (const std::exception& error) {
    say(std::string("failed: ") + error.what());
    return 1;
  }
  return 0;
}
